#include "lib/git/pack.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <unistd.h>
#include <zlib.h>

#include "lib/base/file.h"
#include "lib/base/sha1.h"
#include "lib/git/inside.h"

/* An object in the pack. */
struct packed {
	git_oid oid;
	uint64_t offset;
	uint32_t crc; /* of its bytes in the pack */
};

/* Both files are made in memory, because a pack is small, and written with plain writes: git_indexer writes into a mapped file, where a disk that is
 * full or fails may be a signal instead of an error. */
struct pack {
	git_odb *odb;
	z_stream zlib;
	struct kith_buf bytes, index;
	struct packed *objects; /* by id */
	size_t count;
};

static void append_number(struct kith_buf *out, uint32_t number)
{
	const uint32_t ordered = htonl(number);
	kith_buf_add_bytes(out, (const char *)&ordered, sizeof(ordered));
}

/* Of all that is there: it ends both files. */
static git_oid append_sum(struct kith_buf *out)
{
	char digits[KITH_SHA1_DIGITS + 1];
	struct kith_sha1 sum;
	git_oid oid;
	kith_sha1_begin(&sum);
	kith_sha1_add(&sum, out->text, out->length);
	kith_sha1_end(&sum, digits);
	(void)git_oid_fromstr(&oid, digits); /* cannot fail */
	kith_buf_add_bytes(out, (const char *)oid.id, GIT_OID_RAWSZ);
	return oid;
}

/* The type and the lowest four bits of the length; then seven bits a byte. */
static void append_type(struct pack *pack, git_object_t type, size_t length)
{
	enum { MORE = 0x80, BITS = 0x7f };
	unsigned byte = (unsigned)type << 4 | (unsigned)(length & 0xf);
	for (length >>= 4; length; length >>= 7) {
		kith_buf_add_char(&pack->bytes, (char)(byte | MORE));
		byte = (unsigned)(length & BITS);
	}
	kith_buf_add_char(&pack->bytes, (char)byte);
}

static int append_compressed(struct pack *pack, const void *bytes, size_t length)
{
	enum { CHUNK = 1 << 15, MOST_AT_ONCE = 1 << 30 };
	unsigned char out[CHUNK];
	const unsigned char *next = bytes;
	z_stream *zlib = &pack->zlib;
	int code;
	(void)deflateReset(zlib); /* fails for a stream that was never begun only */
	do {
		const size_t now = length < MOST_AT_ONCE ? length : MOST_AT_ONCE;
		zlib->next_in = (unsigned char *)next;
		zlib->avail_in = (uInt)now;
		next += now;
		length -= now;
		do {
			zlib->next_out = out;
			zlib->avail_out = CHUNK;
			code = deflate(zlib, length ? Z_NO_FLUSH : Z_FINISH);
			kith_buf_add_bytes(&pack->bytes, (const char *)out, CHUNK - zlib->avail_out);
		} while (zlib->avail_out == 0);
	} while (length);
	return code == Z_STREAM_END ? 0 : -1;
}

/* crc32 itself takes no more than 4 GB. */
static uint32_t sum_up(const char *bytes, size_t length)
{
	return (uint32_t)crc32_z(crc32_z(0, NULL, 0), (const unsigned char *)bytes, length);
}

static int append_object(struct pack *pack, struct packed *packed)
{
	git_odb_object *object;
	if (git_odb_read(&object, pack->odb, &packed->oid))
		return -1;
	const size_t length = git_odb_object_size(object);
	packed->offset = pack->bytes.length;
	append_type(pack, git_odb_object_type(object), length);
	const int code = append_compressed(pack, git_odb_object_data(object), length);
	packed->crc = sum_up(pack->bytes.text + packed->offset, pack->bytes.length - packed->offset);
	git_odb_object_free(object);
	return code;
}

static int make_pack(struct pack *pack)
{
	enum { VERSION = 2 };
	int code = 0;
	kith_buf_add(&pack->bytes, "PACK");
	append_number(&pack->bytes, VERSION);
	append_number(&pack->bytes, (uint32_t)pack->count);
	for (size_t i = 0; i < pack->count && !code; i++)
		code = append_object(pack, &pack->objects[i]);
	return code;
}

/* How many ids begin with no more than each byte; the ids; sums; where they are, those far behind in a table of their own. */
static void make_index(struct pack *pack, const git_oid *sum)
{
	enum { VERSION = 2, BYTES = 256 };
	const uint32_t magic = 0xff744f63, far = 0x80000000;
	struct kith_buf *out = &pack->index;
	uint32_t far_count = 0;
	size_t i = 0;
	append_number(out, magic);
	append_number(out, VERSION);
	for (unsigned byte = 0; byte < BYTES; byte++) {
		while (i < pack->count && pack->objects[i].oid.id[0] <= byte)
			i++;
		append_number(out, (uint32_t)i);
	}
	for (i = 0; i < pack->count; i++)
		kith_buf_add_bytes(out, (const char *)pack->objects[i].oid.id, GIT_OID_RAWSZ);
	for (i = 0; i < pack->count; i++)
		append_number(out, pack->objects[i].crc);
	for (i = 0; i < pack->count; i++)
		append_number(out, pack->objects[i].offset < far ? (uint32_t)pack->objects[i].offset : far | far_count++);
	for (i = 0; i < pack->count; i++) {
		if (pack->objects[i].offset < far)
			continue;
		append_number(out, (uint32_t)(pack->objects[i].offset >> 32));
		append_number(out, (uint32_t)pack->objects[i].offset);
	}
	kith_buf_add_bytes(out, (const char *)sum->id, GIT_OID_RAWSZ);
	(void)append_sum(out);
}

static int by_id(const void *one, const void *other)
{
	return git_oid_cmp(one, other);
}

static size_t drop_repeated(git_oid *oids, size_t count)
{
	size_t used = 0;
	qsort(oids, count, sizeof(*oids), by_id);
	for (size_t i = 0; i < count; i++)
		if (!used || !git_oid_equal(&oids[used - 1], &oids[i]))
			oids[used++] = oids[i];
	return used;
}

/* Git sees a pack when its index is there.  Of one name there is one pack only. */
static enum kith_code write_files(const char *folder, const struct pack *pack, const git_oid *sum, struct kith_err *err)
{
	enum { MODE = 0444 };
	KITH_BUF path = {0}, index_path = {0};
	kith_buf_addf(&path, "%s/pack-%s.pack", folder, git_oid_tostr_s(sum));
	kith_buf_addf(&index_path, "%s/pack-%s.idx", folder, git_oid_tostr_s(sum));
	if (access(index_path.text, F_OK) == 0 && access(path.text, F_OK) == 0)
		return KITH_OK;
	if (kith_file_write(path.text, pack->bytes.text, pack->bytes.length, MODE, err))
		return KITH_SYNC;
	if (kith_file_write(index_path.text, pack->index.text, pack->index.length, MODE, err)) {
		(void)unlink(path.text); /* what stays is no harm: nothing names it */
		return KITH_SYNC;
	}
	return KITH_OK;
}

enum kith_code kith_pack_write(const char *folder, git_odb *odb, git_oid *oids, size_t count, struct kith_err *err)
{
	/* As little as git does for loose objects by default. */
	enum { LEVEL = Z_BEST_SPEED };
	struct pack pack = { .odb = odb, .count = drop_repeated(oids, count) };
	pack.objects = kith_alloc((pack.count + 1) * sizeof(*pack.objects));
	for (size_t i = 0; i < pack.count; i++)
		pack.objects[i].oid = oids[i];
	enum kith_code code = KITH_OK;
	if (deflateInit(&pack.zlib, LEVEL) != Z_OK || make_pack(&pack))
		code = kith_git_fail(err, "cannot write a pack");
	(void)deflateEnd(&pack.zlib); /* of one that was not begun, too */
	if (!code) {
		const git_oid sum = append_sum(&pack.bytes);
		make_index(&pack, &sum);
		code = write_files(folder, &pack, &sum, err);
	}
	kith_buf_finish(&pack.bytes);
	kith_buf_finish(&pack.index);
	kith_free(pack.objects);
	return code;
}
