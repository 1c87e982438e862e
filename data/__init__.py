"""From a raw shop log to validated tables and folds."""

from data.kernel_cache import use_own_cache

use_own_cache()  # before any kernel is declared
