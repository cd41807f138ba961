#include "check.h"
#include <stdio.h>
#include <string.h>

static const char *current_file = "";
static const char *current_name = "";
static size_t cases = 0;
static size_t done = 0;
static size_t failed = 0;

void checking(const char *file, const char *name) {
    current_file = file;
    current_name = name;
}

void count_case(void) {
    cases += 1;
}
size_t cases_counted(void) {
    return cases;
}
size_t checks_done(void) {
    return done;
}
size_t checks_failed(void) {
    return failed;
}

static void say(const char *text, const char *file, int line) {
    fprintf(stderr, "%s:%d: %s: %s: failed: %s\n", file, line, current_file, current_name, text);
}

bool check_(bool holds, const char *text, const char *file, int line) {
    done += 1;
    if (!holds) {
        failed += 1;
        say(text, file, line);
    }
    return holds;
}

bool check_status_(tiprdc_status_t found, tiprdc_status_t expected, const char *text, const char *file,
                   int line) {
    bool holds = check_(found == expected, text, file, line);
    if (!holds) {
        fprintf(stderr, "    expected status %d, found %d; last error: %s\n", (int)expected, (int)found,
                tiprdc_last_error());
    }
    return holds;
}

bool check_text_(const char *found, const char *expected, const char *text, const char *file, int line) {
    bool same = found != NULL && expected != NULL && strcmp(found, expected) == 0;
    bool holds = check_(same, text, file, line);
    if (!holds) {
        fprintf(stderr, "    expected \"%s\", found \"%s\"\n", expected == NULL ? "NULL" : expected,
                found == NULL ? "NULL" : found);
    }
    return holds;
}
