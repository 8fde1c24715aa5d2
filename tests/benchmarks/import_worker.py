"""A process with one route of `import_routes`."""

import sys

import django

if __name__ == "__main__":
    django.setup()
    from tests.benchmarks.import_routes import serve

    serve(sys.argv[1])
