#include "daemon/alarm.h"

#include <errno.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "lib/base/log.h"

#define FAR_AWAY_S (400 * 86400) /* a timer that is only there for the clock being set */

static void on_readable(uv_poll_t *poll, int status, int events)
{
	struct kith_alarm *alarm = poll->data;
	(void)events; /* only reading was asked for */
	uint64_t times;
	const ssize_t got = read(alarm->fd, &times, sizeof(times));
	if (got < 0 && errno == EAGAIN && status == 0)
		return;
	if (got < 0 && errno == ECANCELED)
		kith_log(KITH_INFO, "the clock was set");
	alarm->on_alarm(alarm->user);
}

enum kith_code kith_alarm_open(struct kith_alarm *alarm, uv_loop_t *loop, void (*on_alarm)(void *), void *user,
                               struct kith_err *err)
{
	const int fd = timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK);
	if (fd < 0)
		return kith_fail_errno(err, KITH_IO, "cannot make a timer");
	*alarm = (struct kith_alarm){.fd = fd, .on_alarm = on_alarm, .user = user};
	int failure = uv_poll_init(loop, &alarm->poll, fd);
	if (failure == 0) {
		alarm->poll.data = alarm;
		failure = uv_poll_start(&alarm->poll, UV_READABLE, on_readable);
	}
	if (failure == 0)
		return KITH_OK;
	(void)close(fd);
	alarm->fd = -1;
	return kith_fail(err, KITH_IO, "cannot wait for a timer: %s", uv_strerror(failure));
}

void kith_alarm_set(struct kith_alarm *alarm, int64_t at_ms)
{
	if (alarm->fd < 0)
		return;
	struct itimerspec when = {.it_value = {.tv_sec = 0, .tv_nsec = 1}};
	if (at_ms == INT64_MAX) {
		struct timespec now;
		clock_gettime(CLOCK_REALTIME, &now);
		when.it_value.tv_sec = now.tv_sec + FAR_AWAY_S;
	} else if (at_ms > 0) {
		when.it_value = (struct timespec){at_ms / 1000, at_ms % 1000 * 1000000};
		if (at_ms < 1000)
			when.it_value.tv_nsec++; /* all zero would switch it off */
	}
	if (timerfd_settime(alarm->fd, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &when, NULL) != 0)
		kith_log(KITH_WARNING, "setting the timer failed errno=%d", errno);
}

static void on_closed(uv_handle_t *handle)
{
	struct kith_alarm *alarm = handle->data;
	(void)close(alarm->fd); /* nothing is written to it */
	alarm->fd = -1;
}

void kith_alarm_close(struct kith_alarm *alarm)
{
	if (alarm->fd >= 0 && alarm->poll.data && !uv_is_closing((uv_handle_t *)&alarm->poll))
		uv_close((uv_handle_t *)&alarm->poll, on_closed);
}
