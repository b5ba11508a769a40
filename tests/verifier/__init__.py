"""Functions whose gradients are right, though hard, and functions whose gradients are wrong, with the cause of each."""
