#include "daemon/child.h"

#include <signal.h>
#include <string.h>

#include "lib/base/log.h"

#define OUTPUT_MOST (64 * 1024)
#define POLITE_MS 3000 /* from SIGTERM to SIGKILL */
#define LINGER_MS 500  /* how long its pipes are read after it ended: a grandchild may hold them open */

struct stream {
	uv_pipe_t pipe;
	struct kith_buf text;
	char room[4096];
};

/* It frees itself when its last handle is closed. */
struct kith_child {
	uv_process_t process;
	uv_timer_t timer;
	uv_pipe_t input;
	uv_write_t write;
	char *input_text;
	struct stream out, errors;
	unsigned open_streams;  /* of out and errors: not at their end */
	unsigned open_handles;
	bool running, told, killed;
	struct kith_child_result result;
	kith_child_done *on_done;
	void *user;
};

static void on_closed(uv_handle_t *handle)
{
	struct kith_child *child = handle->data;
	if (--child->open_handles > 0)
		return;
	kith_free(child->input_text);
	kith_buf_finish(&child->out.text);
	kith_buf_finish(&child->errors.text);
	kith_free(child);
}

static void close_handle(void *handle)
{
	if (!uv_is_closing(handle))
		uv_close(handle, on_closed);
}

static void finish(struct kith_child *child)
{
	if (child->told)
		return;
	child->told = true;
	child->result.out = kith_buf_text(&child->out.text);
	child->result.errors = kith_buf_text(&child->errors.text);
	if (child->on_done)
		child->on_done(child->user, &child->result);
	close_handle(&child->process);
	close_handle(&child->timer);
	close_handle(&child->input);
	close_handle(&child->out.pipe);
	close_handle(&child->errors.pipe);
}

static void signal_group(struct kith_child *child, int signal)
{
	if (child->running && child->process.pid > 0)
		(void)kill(-child->process.pid, signal); /* it may just have ended */
}

static void on_timer(uv_timer_t *timer)
{
	struct kith_child *child = timer->data;
	if (!child->running) {
		finish(child);
		return;
	}
	signal_group(child, child->killed ? SIGKILL : SIGTERM);
	child->killed = true;
	child->result.timed_out = true;
	uv_timer_start(timer, on_timer, POLITE_MS, 0);
}

static void on_exit_of_child(uv_process_t *process, int64_t code, int signal)
{
	struct kith_child *child = process->data;
	if (child->killed)
		(void)kill(-process->pid, SIGKILL); /* what it started and left behind */
	child->running = false;
	child->result.code = signal ? -1 : code;
	child->result.signal = signal;
	if (child->open_streams == 0)
		finish(child);
	else
		uv_timer_start(&child->timer, on_timer, LINGER_MS, 0);
}

static void on_room(uv_handle_t *handle, size_t wanted, uv_buf_t *buf)
{
	(void)wanted;
	struct kith_child *child = handle->data;
	struct stream *stream = handle == (uv_handle_t *)&child->out.pipe ? &child->out : &child->errors;
	*buf = uv_buf_init(stream->room, sizeof(stream->room));
}

static void on_output(uv_stream_t *pipe, ssize_t length, const uv_buf_t *buf)
{
	struct kith_child *child = pipe->data;
	struct stream *stream = pipe == (uv_stream_t *)&child->out.pipe ? &child->out : &child->errors;
	if (length > 0 && stream->text.length < OUTPUT_MOST)
		kith_buf_add_bytes(&stream->text, buf->base, (size_t)length);
	if (length >= 0)
		return;
	(void)uv_read_stop(pipe); /* always succeeds */
	child->open_streams--;
	if (child->open_streams == 0 && !child->running)
		finish(child);
}

static void on_input_written(uv_write_t *write, int status)
{
	(void)status; /* it may have ended without reading: its exit code tells */
	struct kith_child *child = write->data;
	close_handle(&child->input);
}

static void send_input(struct kith_child *child, const struct kith_child_options *options)
{
	if (!options->input) {
		close_handle(&child->input);
		return;
	}
	child->input_text = kith_alloc(options->input_length + 1);
	memcpy(child->input_text, options->input, options->input_length);
	uv_buf_t buf = uv_buf_init(child->input_text, (unsigned)options->input_length);
	child->write.data = child;
	if (uv_write(&child->write, (uv_stream_t *)&child->input, &buf, 1, on_input_written) != 0)
		close_handle(&child->input);
}

static void init_handles(struct kith_child *child, uv_loop_t *loop)
{
	uv_timer_init(loop, &child->timer);
	uv_pipe_init(loop, &child->input, 0);
	uv_pipe_init(loop, &child->out.pipe, 0);
	uv_pipe_init(loop, &child->errors.pipe, 0);
	child->process.data = child->timer.data = child->input.data = child;
	child->out.pipe.data = child->errors.pipe.data = child;
	child->open_handles = 5;
	child->open_streams = 2;
}

enum kith_code kith_child_start(uv_loop_t *loop, const struct kith_child_options *options, struct kith_child **out,
                                struct kith_err *err)
{
	struct kith_child *child = kith_alloc(sizeof(*child));
	child->on_done = options->on_done;
	child->user = options->user;
	init_handles(child, loop);
	uv_stdio_container_t stdio[3] = {
		{.flags = UV_CREATE_PIPE | UV_READABLE_PIPE, .data.stream = (uv_stream_t *)&child->input},
		{.flags = UV_CREATE_PIPE | UV_WRITABLE_PIPE, .data.stream = (uv_stream_t *)&child->out.pipe},
		{.flags = UV_CREATE_PIPE | UV_WRITABLE_PIPE, .data.stream = (uv_stream_t *)&child->errors.pipe},
	};
	const uv_process_options_t process = {
		.file = options->program,
		.args = (char **)options->arguments, /* libuv does not write to them */
		.cwd = options->folder,
		.flags = UV_PROCESS_DETACHED, /* a process group of its own, to be ended as a whole */
		.stdio = stdio,
		.stdio_count = 3,
		.exit_cb = on_exit_of_child,
	};
	const int failure = uv_spawn(loop, &child->process, &process);
	if (failure != 0) {
		child->on_done = NULL;
		finish(child);
		kith_fail(err, KITH_SYNC, "cannot start %s: %s", options->program, uv_strerror(failure));
		return failure == UV_EMFILE || failure == UV_ENFILE ? kith_hint(err, "raise the limit of open files (ulimit -n)")
		                                                    : KITH_SYNC;
	}
	child->running = true;
	(void)uv_read_start((uv_stream_t *)&child->out.pipe, on_room, on_output);    /* fails only for a */
	(void)uv_read_start((uv_stream_t *)&child->errors.pipe, on_room, on_output); /* handle that is closing */
	uv_timer_start(&child->timer, on_timer, options->deadline_ms, 0);
	send_input(child, options);
	*out = child;
	return KITH_OK;
}

void kith_child_end(struct kith_child *child)
{
	if (child->running && !child->killed)
		uv_timer_start(&child->timer, on_timer, 0, 0);
}
