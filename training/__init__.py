"""Training and measuring the model that reads texts; needs scikit-learn and never runs in production."""
