/* merge_trees REPOSITORY COMMIT COMMIT: what a sync does to make one commit of two, in a process of its own; prints the commit, and with a fourth word
 * the most memory that was used, in kB. */
#include <stdio.h>
#include <sys/resource.h>

#include <git2.h>

#include "lib/git/merge_tree.h"
#include "lib/git/repo.h"

static int fail(const struct kith_err *err)
{
	fprintf(stderr, "merge_trees: %s (%s)\n", err->message, err->hint);
	return 1;
}

int main(int argc, char **argv)
{
	struct kith_err err = {0};
	struct kith_commit_merge merged;
	git_oid commits[2];
	if (argc < 4 || kith_git_start(&err) || git_oid_fromstr(&commits[0], argv[2]) || git_oid_fromstr(&commits[1], argv[3]))
		return 2;
	KITH_CLEANUP(kith_repo_close) struct kith_repo *repo = NULL;
	if (kith_repo_open(argv[1], &repo, &err) || kith_merge_commits(repo, &commits[0], &commits[1], &merged, &err))
		return fail(&err);
	struct rusage usage;
	if (argc > 4 && getrusage(RUSAGE_SELF, &usage) == 0)
		printf("%ld\n", usage.ru_maxrss);
	else
		printf("%s\n", git_oid_tostr_s(&merged.commit));
	return 0;
}
