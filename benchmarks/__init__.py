"""Side-by-side measurements, printed as ratios to a limit taken in the same run."""
