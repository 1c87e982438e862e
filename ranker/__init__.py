"""LambdaRank models per objective and their top 20."""
