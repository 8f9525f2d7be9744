"""Evaluation of the whole product: files in, the recommender as it answers, figures out."""
