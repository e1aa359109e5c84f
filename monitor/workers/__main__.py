"""`python -m monitor.workers MEMORY CPU`: one child, see `child.main`."""

import sys

from monitor.workers.child import main

if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]))
