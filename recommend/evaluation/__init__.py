"""How good are recommendations: the networks, the fixed protocol, the metrics, the baselines, the tables."""
