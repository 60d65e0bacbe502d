"""Fitting the link model: invented names and their errors in, a model file and a before/after table out."""
