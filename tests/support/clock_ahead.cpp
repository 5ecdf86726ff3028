// A wall clock that is ahead by CLOCK_AHEAD_SECONDS, for any program that preloads this library:
// `scripts/test --days-ahead` runs ours, PostgreSQL and the broker's JVM on it. Only the wall clock
// moves: monotonic clocks, spans and the times of files are as they were. Any thread; no
// allocation, no exception, nothing of libstdc++, because a shell preloads it too.
//
// The package `faketime` (0.9.10, in Debian 12 and 13 alike) cannot do it. With the monotonic clock
// left alone, which the JVM needs, Python's time.sleep fails with EINVAL; and a child of another
// user, as PostgreSQL is when root starts it, ends because it may not open its parent's semaphore.
#include <dlfcn.h>
#include <pthread.h>
#include <semaphore.h>
#include <sys/time.h>
#include <threads.h>

#include <atomic>
#include <cstdlib>
#include <ctime>

namespace {

// What the program would have called. Looked up more than once when threads meet here, with the
// same answer.
template <class Function>
class next_one {
public:
    constexpr explicit next_one(const char* name) : name_{name} {}

    Function* get() {
        Function* found = found_.load(std::memory_order_relaxed);
        if (found == nullptr) {
            found = reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name_));
            found_.store(found, std::memory_order_relaxed);
        }
        return found;
    }

private:
    const char* name_;
    std::atomic<Function*> found_{nullptr};
};

constinit next_one<int(clockid_t, timespec*)> next_gettime{"clock_gettime"};
constinit next_one<int(clockid_t, int, const timespec*, timespec*)> next_sleep{"clock_nanosleep"};
constinit next_one<int(pthread_cond_t*, pthread_mutex_t*, const timespec*)> next_cond_wait{
    "pthread_cond_timedwait"
};
constinit next_one<int(cnd_t*, mtx_t*, const timespec*)> next_c11_wait{"cnd_timedwait"};
constinit next_one<int(sem_t*, const timespec*)> next_sem_wait{"sem_timedwait"};

constexpr time_t unread = -1;
constinit std::atomic<time_t> ahead_seconds{unread};

time_t ahead() {
    time_t seconds = ahead_seconds.load(std::memory_order_relaxed);
    if (seconds == unread) {
        const char* setting = std::getenv("CLOCK_AHEAD_SECONDS");
        seconds = setting == nullptr ? 0 : std::strtol(setting, nullptr, 10);
        ahead_seconds.store(seconds, std::memory_order_relaxed);
    }
    return seconds;
}

timespec wall_clock() {
    timespec now{};
    next_gettime.get()(CLOCK_REALTIME, &now);
    now.tv_sec += ahead();
    return now;
}

// The deadline as the kernel's clock has it. One of a monotonic clock counts from the start of the
// machine, and none runs for thirty years.
timespec kernel_deadline(const timespec& deadline) {
    constexpr time_t thirty_years = 1'000'000'000;
    timespec real = deadline;
    if (real.tv_sec > thirty_years) {
        real.tv_sec -= ahead();
    }
    return real;
}

}  // namespace

extern "C" {

int clock_gettime(clockid_t which, timespec* into) noexcept {
    const int answer = next_gettime.get()(which, into);
    if (answer == 0 && (which == CLOCK_REALTIME || which == CLOCK_REALTIME_COARSE)) {
        into->tv_sec += ahead();
    }
    return answer;
}

int gettimeofday(timeval* into, void*) noexcept {
    const timespec now = wall_clock();
    into->tv_sec = now.tv_sec;
    into->tv_usec = now.tv_nsec / 1'000;
    return 0;
}

time_t time(time_t* into) noexcept {
    const time_t now = wall_clock().tv_sec;
    if (into != nullptr) {
        *into = now;
    }
    return now;
}

int timespec_get(timespec* into, int base) noexcept {
    if (base != TIME_UTC) {
        return 0;
    }
    *into = wall_clock();
    return base;
}

int clock_nanosleep(clockid_t which, int flags, const timespec* span, timespec* left) {
    if (flags != TIMER_ABSTIME) {
        return next_sleep.get()(which, flags, span, left);
    }
    const timespec deadline = kernel_deadline(*span);
    return next_sleep.get()(which, flags, &deadline, left);
}

int pthread_cond_timedwait(
    pthread_cond_t* condition, pthread_mutex_t* mutex, const timespec* until
) {
    const timespec deadline = kernel_deadline(*until);
    return next_cond_wait.get()(condition, mutex, &deadline);
}

// Debian's own librdkafka, and so kcat, waits by the threads of C11.
int cnd_timedwait(cnd_t* condition, mtx_t* mutex, const timespec* until) {
    const timespec deadline = kernel_deadline(*until);
    return next_c11_wait.get()(condition, mutex, &deadline);
}

int sem_timedwait(sem_t* semaphore, const timespec* until) {
    const timespec deadline = kernel_deadline(*until);
    return next_sem_wait.get()(semaphore, &deadline);
}

}  // extern "C"
