/* ctl/output.c - only for the user's eyes: what verbs write holds names and ID numbers. */
#include "ctl/output.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool is_same(int fd, const struct stat *other)
{
	struct stat here;
	return fstat(fd, &here) == 0 && here.st_dev == other->st_dev && here.st_ino == other->st_ino;
}

/* Why these two cannot be one file, or NULL. */
static const char *clash(const struct ctl *ctl, int fd, const char *input, const struct output *other)
{
	struct stat file;
	if (input && strcmp(input, "-") != 0 && stat(input, &file) == 0 && is_same(fd, &file))
		return pick(ctl->lang, "is the file that is read; choose another name", "与输入文件是同一文件，请另选文件名");
	if (other && other->path && fstat(other->fd, &file) == 0 && S_ISREG(file.st_mode) && is_same(fd, &file))
		return pick(ctl->lang, "cannot hold both; choose another name", "不能同时用于两项输出，请另选文件名");
	return NULL;
}

int output_open(const struct ctl *ctl, const char *path, const char *input, const struct output *other,
                struct output *ret)
{
	*ret = (struct output){.path = path, .fd = -1};
	if (!path)
		return CTL_OK;
	ret->fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	ret->made = ret->fd >= 0;
	if (ret->fd < 0 && errno == EEXIST)
		ret->fd = open(path, O_WRONLY | O_CLOEXEC);
	const char *why = ret->fd < 0 ? strerror(errno) : clash(ctl, ret->fd, input, other);
	if (!why)
		return CTL_OK;
	output_end(ret);
	return ctl_usage(ctl, "%s: %s", path, why);
}

static bool write_all(int fd, const char *p, size_t left)
{
	while (left) {
		ssize_t k = write(fd, p, left);
		if (k < 0 && errno == EINTR)
			continue;
		if (k < 0)
			return false;
		p += k;
		left -= (size_t)k;
	}
	return true;
}

/* What is no file - a terminal, a pipe - holds nothing. */
static bool is_emptied(int fd)
{
	return ftruncate(fd, 0) == 0 || errno == EINVAL;
}

int output_write(const struct ctl *ctl, struct output *o, const struct buf *text)
{
	if (!o->path)
		return CTL_OK;
	if (buf_failed(text))
		return ctl_usage(ctl, pick(ctl->lang, "%s: larger than %zu MiB", "%s：超过 %zu MiB"), o->path,
		                 text->max / MIB);
	o->made = false;
	if (!is_emptied(o->fd) || !write_all(o->fd, text->p, text->n))
		return ctl_usage(ctl, "%s: %s", o->path, strerror(errno));
	return CTL_OK;
}

int output_add(const struct ctl *ctl, struct output *o, struct slice text)
{
	bool emptied = o->begun || is_emptied(o->fd);
	o->made = false;
	o->begun = true;
	if (!emptied || !write_all(o->fd, text.p, text.n))
		return ctl_usage(ctl, "%s: %s", o->path, strerror(errno));
	return CTL_OK;
}

void output_end(struct output *o)
{
	if (o->fd >= 0)
		close(o->fd);
	if (o->made)
		unlink(o->path);
	*o = (struct output){.fd = -1};
}
