#include "cli/schemas.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/save.h"
#include "lib/base/file.h"
#include "lib/record/record.h"

enum { LARGEST = 1 << 20 };

/* A cloned store may hold a link there; nothing is written through it. */
static enum kith_code make_folder(int root, const char *path, struct kith_err *err)
{
	if (mkdirat(root, path, 0777) && errno != EEXIST)
		return kith_fail_errno(err, KITH_IO, "cannot make %s", path);
	const int fd = kith_open_beneath(root, path, O_RDONLY | O_DIRECTORY);
	if (fd < 0)
		return kith_fail_errno(err, KITH_IO, "cannot use %s", path);
	close(fd);
	return KITH_OK;
}

static enum kith_code write_one(const char *root, enum kith_kind kind, struct kith_err *err)
{
	KITH_ARENA arena = { 0 };
	KITH_BUF wanted = { 0 }, there = { 0 };
	kith_schema_json(&wanted, kind);
	const char *path = kith_arena_printf(&arena, "%s/.kith/schema/%s.json", root, kith_kind_name(kind));
	if (kith_file_read(path, LARGEST, &there, NULL) == KITH_OK && there.length == wanted.length &&
	    memcmp(there.text, wanted.text, wanted.length) == 0)
		return KITH_OK;
	return kith_file_write(path, wanted.text, wanted.length, kith_save_mode(), err);
}

enum kith_code kith_schemas_write(const char *root, struct kith_err *err)
{
	const int fd = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return kith_fail_errno(err, KITH_IO, "cannot open %s", root);
	enum kith_code code = make_folder(fd, ".kith", err);
	if (!code)
		code = make_folder(fd, ".kith/schema", err);
	close(fd);
	for (unsigned kind = 0; kind <= KITH_SETTINGS && !code; kind++)
		code = write_one(root, (enum kith_kind)kind, err);
	return code;
}
