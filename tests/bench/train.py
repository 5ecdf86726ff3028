"""usage: train.py [--seconds N] [--events N]

The load of P1, P2 and P3 on services of the preset `train`, so that each writes a profile when it is
stopped. Nothing is measured."""

import argparse

from doors.stack import Stack
from drain import await_drained, fill
from load import BATCH, wrk

USERS = 20_000


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=8)
    parser.add_argument("--events", type=int, default=100_000)
    options, _ = parser.parse_known_args()
    stack = Stack()
    url, key = stack.env["VF_INGEST_URL"] + "/api/v1/events", stack.env["VF_API_KEY"]
    fill(stack, options.events, USERS)
    wrk(url, 128, options.seconds, key)
    wrk(url + "/batch", 16, options.seconds, key, BATCH)
    await_drained(stack, options.events)


if __name__ == "__main__":
    main()
