/* A record on one screen: its fields with their labels, and what other records say of it. */
#ifndef KITH_SHEET_H
#define KITH_SHEET_H

#include "cli/app.h"

/* Append the heading: name, kind or what they do, and the path, dimmed. */
void kith_sheet_heading(struct kith_app *, const struct kith_row *, const struct kith_record *);
/* Append every field, but those the heading has shown. */
void kith_sheet_fields(struct kith_app *, const struct kith_row *, const struct kith_record *);
/* Append what is open between you, the last conversations, and who mentions it. */
enum kith_code kith_sheet_around(struct kith_app *, const struct kith_row *, struct kith_err *);

#endif
