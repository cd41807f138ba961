/* Several threads on one encoder; last errors of a thread are its own. */
#include "check.h"
#include "files.h"
#include "suite.h"
#include <pthread.h>
#include <string.h>

enum { THREADS = 6, ROUNDS = 40 };

typedef struct {
    const tiprdc_encoder_t *encoder;
    size_t channels, steps, output_length;
    size_t number;
    bool same;
    bool own_error;
} worker_t;

/* Numbers that differ from thread to thread. */
static void fill(float *numbers, size_t length, size_t number) {
    for (size_t index = 0; index < length; index++) {
        numbers[index] = (float)((index * 7 + number * 13) % 11) / 11.0F;
    }
}

static void *work(void *argument) {
    worker_t *worker = argument;
    size_t length = worker->channels * worker->steps;
    float *numbers = allocate(length, sizeof *numbers);
    float *first = allocate(worker->output_length, sizeof *first);
    float *out = allocate(worker->output_length, sizeof *out);
    fill(numbers, length, worker->number);
    worker->own_error = tiprdc_last_error()[0] == '\0';
    worker->same = true;
    for (size_t round = 0; round < ROUNDS; round++) {
        tiprdc_status_t status =
            tiprdc_encode_series(worker->encoder, numbers, length, worker->channels, worker->steps,
                                 round == 0 ? first : out, worker->output_length);
        bool same = round == 0 || memcmp(first, out, worker->output_length * sizeof *out) == 0;
        worker->same = worker->same && status == TIPRDC_OK && same;
    }
    if (worker->number % 2 == 1) {
        tiprdc_status_t status =
            tiprdc_encode_series(worker->encoder, NULL, 1, 1, 1, out, worker->output_length);
        const char *text = tiprdc_last_error();
        worker->own_error = worker->own_error && status == TIPRDC_ERROR_ARGUMENT && text[0] != '\0';
    } else {
        worker->own_error = worker->own_error && tiprdc_last_error()[0] == '\0';
    }
    free(out);
    free(first);
    free(numbers);
    return NULL;
}

/* Closes the encoder on a thread that did not open it. */
static void *close_encoder(void *encoder) {
    tiprdc_encoder_free(encoder);
    return NULL;
}

void run_threads(const char *series_encoder) {
    checking("threads", "many on one encoder");
    char *path = testdata_path(series_encoder);
    tiprdc_encoder_t *encoder = NULL;
    const size_t *axes = NULL;
    size_t rank = 0, output_length = 0;
    CHECK_OK(tiprdc_encoder_open(path, &encoder));
    CHECK_OK(tiprdc_encoder_input_shape(encoder, &axes, &rank));
    CHECK_OK(tiprdc_encoder_output_length(encoder, &output_length));
    CHECK_STATUS(tiprdc_encoder_open(NULL, &encoder), TIPRDC_ERROR_ARGUMENT);

    pthread_t threads[THREADS];
    worker_t workers[THREADS];
    for (size_t index = 0; index < THREADS; index++) {
        workers[index] = (worker_t){encoder, axes[0], axes[1], output_length, index, false, false};
        CHECK(pthread_create(&threads[index], NULL, work, &workers[index]) == 0);
    }
    for (size_t index = 0; index < THREADS; index++) {
        CHECK(pthread_join(threads[index], NULL) == 0);
        CHECK(workers[index].same);
        CHECK(workers[index].own_error);
    }
    CHECK_TEXT(tiprdc_last_error(), "`path` is NULL");

    checking("threads", "closed by another");
    CHECK(pthread_create(&threads[0], NULL, close_encoder, encoder) == 0);
    CHECK(pthread_join(threads[0], NULL) == 0);
    CHECK_STATUS(tiprdc_encoder_output_length(encoder, &output_length), TIPRDC_ERROR_ARGUMENT);
    free(path);
}
