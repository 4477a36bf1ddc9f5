"""The versions of the tables. What one has done stays as it is: a change is a version of its own."""
