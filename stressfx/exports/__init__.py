"""One runner's files: a folder or an account in, a Sessions frame out."""
