"""When to judge. A moment at which everything looks right proves nothing: what a kill has left
behind (a lease, a session, a batch that comes again) may still do something twice. So the verdict
is that of a system that has come to rest."""

import time


def verdict_at_rest(look, judge, quiet_seconds, patience_seconds, clock=time.monotonic,
                    sleep=time.sleep):
    """The faults that `judge` finds once what `look` sees has not changed for so long and nothing is
    on its way. `look` answers (what there is, what is on its way). Faults at rest are looked at
    again until patience is over: what is lost may only be late."""
    began = still_since = clock()
    before = None
    while True:
        seen, on_its_way = look()
        now = clock()
        if seen != before:
            before, still_since = seen, now
        is_over = now - began > patience_seconds
        if is_over and on_its_way:
            return [*judge(), f"still on its way: {on_its_way}"]
        if is_over or (now - still_since >= quiet_seconds and not on_its_way):
            faults = judge()
            if is_over or not faults:
                return faults
        sleep(1)
