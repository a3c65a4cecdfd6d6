"""Stage: what cases of the proof stand on: an installation of their own, a crew of processes, ground to act on, notes of what did not hold."""
