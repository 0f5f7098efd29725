"""What people answered about the rows of a trial: kept with who and when, withdrawn but never lost."""
