/* Replacing files, several in step.
 *
 * What waits for the disk is done for all of them at once, and so each phase is through for all before the next begins:
 * stage; make what is staged durable; journal; make the journals durable; exchange; make the exchanges durable; look at
 * what was displaced.  For each file that is the order of swap.c.  A killed process leaves journals of all of them, and
 * kith_swap_recover takes each up for itself.
 *
 * What cannot be exchanged goes its own way, alone, as soon as that is known. */
#include <assert.h>
#include <errno.h>
#include <unistd.h>

#include "lib/base/failpoint.h"
#include "lib/base/swap_private.h"

struct replacing {
	const struct kith_swap *swap;
	struct kith_swap_replacement *asked;
	struct kith_swapping *swappings; /* one for each of them */
	enum phase { STOPPED, STAGED, EXCHANGED } *phases;
	size_t count;
};

static void settled(struct kith_swap_replacement *asked, enum kith_swapped swapped)
{
	asked->is_settled = true;
	asked->swapped = swapped;
}

/* --- staging --- */

/* With a journal that names the staged file. */
static enum kith_code stage(struct replacing *replacing, size_t i, int old, struct kith_err *err)
{
	struct kith_swapping *swapping = &replacing->swappings[i];
	enum kith_staged made;
	enum kith_swapped swapped;
	enum kith_code code = kith_swap_begin_job(swapping, err);
	if (code)
		return code;
	code = kith_swap_stage(swapping, old, &made, err);
	if (!code && made == KITH_STAGED) {
		replacing->phases[i] = STAGED;
		return KITH_OK;
	}
	kith_swap_drop_job(swapping);
	if (!code)
		code = kith_swap_write_in_place(swapping, &swapped, err);
	if (!code)
		settled(&replacing->asked[i], swapped);
	return code;
}

static enum kith_code begin(struct replacing *replacing, size_t i, struct kith_err *err)
{
	struct kith_swap_replacement *asked = &replacing->asked[i];
	struct kith_swapping *swapping = &replacing->swappings[i];
	const bool beside = swapping->beside;
	bool beaten;
	int old = -1;
	enum kith_code code = kith_swap_begin(swapping, replacing->swap, &beaten, err);
	swapping->beside |= beside;
	if (!code && !beaten)
		code = kith_swap_open_old(swapping, &old, &beaten, err);
	if (!code && beaten)
		settled(asked, KITH_SWAP_BEATEN);
	else if (!code)
		code = stage(replacing, i, old, err);
	if (old >= 0)
		close(old);
	return code;
}

static enum kith_code make_durable(struct replacing *replacing, bool jobs, struct kith_err *err)
{
	struct kith_swap_syncing syncing = { .count = 0 };
	const struct kith_swapping *first = NULL;
	for (size_t i = 0; i < replacing->count; i++) {
		const struct kith_swapping *swapping = &replacing->swappings[i];
		if (replacing->phases[i] != STAGED)
			continue;
		kith_swap_sync_later(&syncing, jobs ? swapping->job : swapping->staged);
		first = first ? first : swapping;
	}
	if (kith_swap_sync_now(&syncing))
		return KITH_OK;
	return jobs ? kith_fail_errno(err, KITH_IO, "cannot write in %s", first->staging_path)
	            : kith_swap_cannot_write(first, err);
}

/* Until all is on the disk that an exchange needs. */
static enum kith_code prepare(struct replacing *replacing, struct kith_err *err)
{
	enum kith_code code = KITH_OK;
	for (size_t i = 0; i < replacing->count && !code; i++)
		code = begin(replacing, i, err);
	if (!code)
		code = make_durable(replacing, false, err);
	for (size_t i = 0; i < replacing->count && !code; i++)
		if (replacing->phases[i] == STAGED)
			code = kith_swap_end_stage(&replacing->swappings[i], err);
	for (size_t i = 0; i < replacing->count && !code; i++)
		if (replacing->phases[i] == STAGED)
			code = kith_swap_fill_job(&replacing->swappings[i], err);
	if (!code)
		code = make_durable(replacing, true, err);
	for (size_t i = 0; i < replacing->count; i++) {
		if (replacing->phases[i] != STAGED)
			continue;
		if (!code) {
			KITH_FAILPOINT("swap journal written");
		} else {
			kith_swap_drop_job(&replacing->swappings[i]);
			replacing->phases[i] = STOPPED;
		}
	}
	return code;
}

/* --- exchanging --- */

static enum kith_code replace_beside(struct replacing *, size_t i, struct kith_err *);

static enum kith_code exchange(struct replacing *replacing, size_t i, struct kith_err *err)
{
	struct kith_swap_replacement *asked = &replacing->asked[i];
	struct kith_swapping *swapping = &replacing->swappings[i];
	const struct kith_spot staged = kith_swap_staged(swapping), place = kith_swap_place(swapping);
	if (kith_swap_exchange(&staged, &place)) {
		replacing->phases[i] = EXCHANGED;
		KITH_FAILPOINT("swap exchanged");
		return KITH_OK;
	}
	replacing->phases[i] = STOPPED;
	if (kith_swap_is_unable(errno)) {
		bool again = false;
		enum kith_swapped swapped;
		const enum kith_code code = kith_swap_move_away(swapping, true, &again, &swapped, err);
		if (again)
			return replace_beside(replacing, i, err);
		if (!code)
			settled(asked, swapped);
		return code;
	}
	const int error = errno;
	kith_swap_drop_job(swapping);
	errno = error;
	if (errno == EXDEV && !swapping->beside)
		return replace_beside(replacing, i, err);
	if (errno != ENOENT)
		return kith_swap_cannot_write(swapping, err);
	settled(asked, KITH_SWAP_BEATEN);
	return KITH_OK;
}

static void sync_exchanged(const struct replacing *replacing)
{
	struct kith_swap_syncing syncing = { .count = 0 };
	for (size_t i = 0; i < replacing->count; i++) {
		if (replacing->phases[i] != EXCHANGED)
			continue;
		kith_swap_sync_later(&syncing, replacing->swappings[i].folder);
		kith_swap_sync_later(&syncing, replacing->swappings[i].staging);
	}
	(void)kith_swap_sync_now(&syncing); /* some file systems cannot sync a folder */
	KITH_FAILPOINT("swap synced");
}

/* What somebody has open is waited for when the others are through. */
static enum kith_code settle_all(struct replacing *replacing, int patience_ms, struct kith_err *err)
{
	enum kith_code first = KITH_OK;
	for (size_t i = 0; i < replacing->count; i++) {
		struct kith_swapping *swapping = &replacing->swappings[i];
		enum kith_swapped swapped;
		if (replacing->phases[i] != EXCHANGED)
			continue;
		const struct kith_spot staged = kith_swap_staged(swapping);
		const enum kith_swap_sight sight = kith_swap_look(swapping, &staged, patience_ms);
		if (sight == KITH_SIGHT_BUSY && !patience_ms)
			continue;
		replacing->phases[i] = STOPPED;
		const enum kith_code code = kith_swap_settle(swapping, sight, &swapped, first ? NULL : err);
		if (!code)
			settled(&replacing->asked[i], swapped);
		first = first ? first : code;
	}
	return first;
}

static enum kith_code replace_all(struct replacing *replacing, struct kith_err *err)
{
	enum kith_code first = prepare(replacing, err);
	if (first)
		return first;
	bool exchanged = false;
	for (size_t i = 0; i < replacing->count; i++) {
		if (replacing->phases[i] != STAGED)
			continue;
		const enum kith_code code = exchange(replacing, i, first ? NULL : err);
		first = first ? first : code;
		exchanged |= replacing->phases[i] == EXCHANGED;
	}
	if (!exchanged)
		return first;
	sync_exchanged(replacing);
	enum kith_code code = settle_all(replacing, 0, first ? NULL : err);
	first = first ? first : code;
	code = settle_all(replacing, KITH_SWAP_PATIENCE_MS, first ? NULL : err);
	return first ? first : code;
}

static enum kith_code replace(const struct kith_swap *swap, struct kith_swap_replacement *asked, size_t count,
                              bool beside, struct kith_err *err)
{
	struct kith_swapping swappings[KITH_SWAP_AT_ONCE];
	enum phase phases[KITH_SWAP_AT_ONCE];
	struct replacing replacing = { swap, asked, swappings, phases, count };
	assert(count <= KITH_SWAP_AT_ONCE);
	for (size_t i = 0; i < count; i++) {
		swappings[i] = kith_swapping_of(KITH_SWAP_REPLACES, asked[i].path,
		                                (struct kith_bytes){ asked[i].was, asked[i].was_length },
		                                (struct kith_bytes){ asked[i].becomes, asked[i].length });
		swappings[i].beside = beside;
		phases[i] = STOPPED;
		asked[i].is_settled = false;
	}
	const enum kith_code code = replace_all(&replacing, err);
	for (size_t i = 0; i < count; i++)
		kith_swapping_finish(&swappings[i]);
	return code;
}

static enum kith_code replace_beside(struct replacing *replacing, size_t i, struct kith_err *err)
{
	return replace(replacing->swap, &replacing->asked[i], 1, true, err);
}

enum kith_code kith_swap_replace_all(const struct kith_swap *swap, struct kith_swap_replacement *asked, size_t count,
                                     struct kith_err *err)
{
	return replace(swap, asked, count, false, err);
}

enum kith_code kith_swap_replace(const struct kith_swap *swap, const char *path, const void *was, size_t was_length,
                                 const void *becomes, size_t length, enum kith_swapped *swapped, struct kith_err *err)
{
	struct kith_swap_replacement asked = {
		.path = path,
		.was = was,
		.was_length = was_length,
		.becomes = becomes,
		.length = length,
	};
	const enum kith_code code = replace(swap, &asked, 1, false, err);
	if (!code)
		*swapped = asked.swapped;
	return code;
}
