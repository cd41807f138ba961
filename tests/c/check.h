/* Checks that count, and say where they failed. */
#ifndef CHECK_H
#define CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <tiprdc.h>

/* Says what the next checks belong to; shown where one fails. */
void checking(const char *file, const char *name);

/* Counts a case of a vector file. */
void count_case(void);

/* Cases counted so far. */
size_t cases_counted(void);

/* Checks done so far. */
size_t checks_done(void);

/* Checks that failed so far. */
size_t checks_failed(void);

bool check_(bool holds, const char *text, const char *file, int line);
bool check_status_(tiprdc_status_t found, tiprdc_status_t expected, const char *text, const char *file,
                   int line);
bool check_text_(const char *found, const char *expected, const char *text, const char *file, int line);

/* Each gives whether it holds. */
#define CHECK(condition) check_((condition), #condition, __FILE__, __LINE__)
#define CHECK_STATUS(call, expected) check_status_((call), (expected), #call, __FILE__, __LINE__)
#define CHECK_OK(call) CHECK_STATUS(call, TIPRDC_OK)
#define CHECK_TEXT(found, expected) check_text_((found), (expected), #found, __FILE__, __LINE__)

#endif
