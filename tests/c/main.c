/* The C suite: all vectors of the shared test data, and what no vector says.
 *
 *     c_suite TESTDATA
 */
#include "check.h"
#include "files.h"
#include "suite.h"
#include "vector.h"
#include <stdio.h>
#include <string.h>

/* Encoders that the parts without vectors use. */
static const char *const SERIES = "encoders/series.onnx";

static cJSON *read_vectors(const char *file) {
    char name[512];
    snprintf(name, sizeof name, "vectors/%s", file);
    file_t text = read_testdata(name);
    cJSON *vectors = text.bytes == NULL ? NULL : cJSON_ParseWithLength((const char *)text.bytes, text.length);
    free(text.bytes);
    return vectors;
}

static void run_vectors(const char *file) {
    static const struct {
        const char *kind;
        void (*run)(const char *, const cJSON *);
    } kinds[] = {{"errors", run_errors},     {"encode", run_encode},   {"load", run_load},
                 {"features", run_features}, {"resolve", run_resolve}, {"windows", run_windows}};
    checking(file, "reading");
    cJSON *vectors = read_vectors(file);
    if (!CHECK(vectors != NULL)) {
        return;
    }
    CHECK(member(vectors, "format")->valueint == 1);
    const char *kind = text_or_null(vectors, "kind");
    size_t before = cases_counted();
    bool known = false;
    for (size_t index = 0; index < sizeof kinds / sizeof kinds[0]; index++) {
        if (kind != NULL && strcmp(kind, kinds[index].kind) == 0) {
            known = true;
            kinds[index].run(file, vectors);
        }
    }
    checking(file, "the whole file");
    CHECK(known);
    CHECK(cases_counted() > before);
    printf("%-28s %3zu cases\n", file, cases_counted() - before);
    cJSON_Delete(vectors);
}

int main(int count, char **arguments) {
    if (count != 2) {
        fputs("usage: c_suite TESTDATA\n", stderr);
        return 2;
    }
    set_testdata(arguments[1]);
    size_t files = 0;
    char **names = list_vectors(&files);
    for (size_t index = 0; index < files; index++) {
        run_vectors(names[index]);
        free(names[index]);
    }
    free(names);
    checking("vectors", "all files");
    CHECK(files > 0);
    run_misuse(SERIES);
    run_misuse_arguments(SERIES);
    run_threads(SERIES);
    printf("C: %zu files, %zu cases, %zu checks, %zu failed\n", files, cases_counted(), checks_done(),
           checks_failed());
    return checks_failed() == 0 ? 0 : 1;
}
