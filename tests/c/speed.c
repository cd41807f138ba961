/* What calls cost, in CPU time: c_speed ENCODER.onnx with an encoder of series. Prints numbers, judges
 * nothing. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <tiprdc.h>

enum { ROWS = 512, ROUNDS = 5 };

static double now(void) {
    return (double)clock() / CLOCKS_PER_SEC;
}

static void require(tiprdc_status_t status) {
    if (status != TIPRDC_OK) {
        fprintf(stderr, "%s\n", tiprdc_last_error());
        exit(1);
    }
}

/* The least of several rounds, as others use this machine too. */
static double least(double best, double seconds) {
    return best == 0 || seconds < best ? seconds : best;
}

int main(int count, char **arguments) {
    if (count != 2) {
        fputs("usage: c_speed ENCODER.onnx\n", stderr);
        return 2;
    }
    tiprdc_encoder_t *encoder = NULL;
    const size_t *axes = NULL;
    size_t rank = 0, width = 0;
    double begin = now();
    require(tiprdc_encoder_open(arguments[1], &encoder));
    printf("opening              %9.2f ms\n", (now() - begin) * 1e3);
    require(tiprdc_encoder_input_shape(encoder, &axes, &rank));
    require(tiprdc_encoder_output_length(encoder, &width));
    if (rank != 2) {
        fputs("an encoder of series is needed\n", stderr);
        return 2;
    }
    size_t length = axes[0] * axes[1];
    float *numbers = calloc(ROWS * length, sizeof *numbers);
    float *out = calloc(ROWS * width, sizeof *out);
    if (numbers == NULL || out == NULL) {
        return 2;
    }
    double nothing = 0, one = 0, many = 0;
    for (int round = 0; round < ROUNDS; round++) {
        begin = now();
        for (int call = 0; call < 1000 * ROWS; call++) {
            require(tiprdc_encoder_output_length(encoder, &width));
        }
        nothing = least(nothing, (now() - begin) / (1000.0 * ROWS));
        begin = now();
        for (size_t row = 0; row < ROWS; row++) {
            require(tiprdc_encode_series(encoder, numbers + row * length, length, axes[0], axes[1],
                                         out + row * width, width));
        }
        one = least(one, (now() - begin) / ROWS);
        begin = now();
        require(tiprdc_encode_series_batch(encoder, numbers, ROWS * length, ROWS, axes[0], axes[1], 1, out,
                                           ROWS * width));
        many = least(many, (now() - begin) / ROWS);
    }
    printf("a call, doing nothing %8.3f us\n", nothing * 1e6);
    printf("one window           %9.3f us: %zu numbers in, %zu out\n", one * 1e6, length, width);
    printf("a window of a batch  %9.3f us: %d windows, one thread\n", many * 1e6, ROWS);
    free(numbers);
    free(out);
    tiprdc_encoder_free(encoder);
    return 0;
}
