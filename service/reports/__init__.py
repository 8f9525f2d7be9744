"""Reports: counts that answer whether communities grow together."""
