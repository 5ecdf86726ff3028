"""The system as an outsider sees it: through .run/env, HTTP and signed webhooks, and nothing else.

Used by scripts/demo, the end-to-end tests, the chaos tests and the benchmarks. Standard library
only, so that any python3 >= 3.9 runs it.
"""
