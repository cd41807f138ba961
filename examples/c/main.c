/* Encodes a recording of phone motion, window by window, and writes what may leave the device.
 *
 *     ./example encoder.onnx recording.csv features.safetensors
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tiprdc.h>

enum { CHANNELS = 6, STEPS = 128, STRIDE = 64, LINE = 1024 };

typedef struct {
    float (*rows)[CHANNELS];
    size_t count;
} recording_t;

/* One line of numbers; false if it is not. */
static bool parse(const char *line, float *row) {
    for (int channel = 0; channel < CHANNELS; channel++) {
        char *end = NULL;
        row[channel] = strtof(line, &end);
        if (end == line || (channel + 1 < CHANNELS && *end != ',')) {
            return false;
        }
        line = end + 1;
    }
    return true;
}

/* Rows of the recording, one sample of all channels each. The caller frees them. */
static bool read_recording(const char *path, recording_t *recording) {
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        return false;
    }
    char line[LINE];
    bool good = fgets(line, sizeof line, file) != NULL; /* the names of the channels */
    while (good && fgets(line, sizeof line, file) != NULL) {
        void *rows = realloc(recording->rows, (recording->count + 1) * sizeof *recording->rows);
        if (rows == NULL) {
            break;
        }
        recording->rows = rows;
        good = parse(line, recording->rows[recording->count++]);
    }
    good = good && feof(file) != 0;
    fclose(file);
    return good;
}

/* Copies overlapping windows out of the recording, each with all steps of the first channel first. */
static void cut_windows(const recording_t *recording, float *windows, size_t count) {
    for (size_t window = 0; window < count; window++) {
        for (size_t channel = 0; channel < CHANNELS; channel++) {
            for (size_t step = 0; step < STEPS; step++) {
                *windows++ = recording->rows[window * STRIDE + step][channel];
            }
        }
    }
}

/* Encodes all windows, in parallel. */
static tiprdc_status_t encode(const tiprdc_encoder_t *encoder, const float *windows, size_t count,
                              tiprdc_features_t **features) {
    tiprdc_input_t *inputs = calloc(count, sizeof *inputs);
    if (inputs == NULL) {
        return TIPRDC_ERROR_INTERNAL;
    }
    for (size_t window = 0; window < count; window++) {
        const float *numbers = windows + window * CHANNELS * STEPS;
        inputs[window] = tiprdc_input_series(numbers, CHANNELS * STEPS, CHANNELS, STEPS);
    }
    tiprdc_status_t status = tiprdc_encode_features(encoder, inputs, count, 0, features);
    free(inputs);
    return status;
}

static bool write_features(const tiprdc_features_t *features, const char *path) {
    const uint8_t *bytes = NULL;
    const size_t *axes = NULL;
    size_t length = 0, rank = 0;
    if (tiprdc_features_to_bytes(features, &bytes, &length) != TIPRDC_OK ||
        tiprdc_features_shape(features, &axes, &rank) != TIPRDC_OK) {
        return false;
    }
    FILE *file = fopen(path, "wb");
    if (file == NULL) {
        return false;
    }
    bool good = fwrite(bytes, 1, length, file) == length;
    good = fclose(file) == 0 && good;
    printf("wrote %s: features of shape [", path);
    for (size_t axis = 0; axis < rank; axis++) {
        printf(axis == 0 ? "%zu" : ", %zu", axes[axis]);
    }
    puts("]");
    return good;
}

int main(int count, char **arguments) {
    if (count != 4) {
        fprintf(stderr, "usage: %s ENCODER.onnx RECORDING.csv FEATURES.safetensors\n", arguments[0]);
        return 2;
    }
    tiprdc_encoder_t *encoder = NULL;
    tiprdc_features_t *features = NULL;
    recording_t recording = {NULL, 0};
    float *windows = NULL;
    int code = 1;

    if (!read_recording(arguments[2], &recording) || recording.count < STEPS) {
        fprintf(stderr, "%s is no recording of %d channels and at least %d rows\n", arguments[2], CHANNELS,
                STEPS);
        goto out;
    }
    size_t window_count = (recording.count - STEPS) / STRIDE + 1;
    windows = calloc(window_count * CHANNELS * STEPS, sizeof *windows);
    if (windows == NULL) {
        goto out;
    }
    cut_windows(&recording, windows, window_count);
    if (tiprdc_encoder_open(arguments[1], &encoder) != TIPRDC_OK ||
        encode(encoder, windows, window_count, &features) != TIPRDC_OK) {
        fprintf(stderr, "%s\n", tiprdc_last_error());
        goto out;
    }
    if (!write_features(features, arguments[3])) {
        fprintf(stderr, "%s cannot be written\n", arguments[3]);
        goto out;
    }
    code = 0;
out:
    tiprdc_features_free(features);
    tiprdc_encoder_free(encoder);
    free(windows);
    free(recording.rows);
    return code;
}
