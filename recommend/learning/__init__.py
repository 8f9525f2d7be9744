"""Weights learned from recorded outcomes, used only where they win a back-test."""
