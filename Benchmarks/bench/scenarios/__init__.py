"""What is measured: one file for each section of the report."""
