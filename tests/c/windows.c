/* windows.json: sensor events, cut into windows. */
#include "check.h"
#include "compare.h"
#include "files.h"
#include "suite.h"
#include "vector.h"
#include <stdio.h>

typedef struct {
    tiprdc_events_t *sensors;
    double **seconds;
    float **values;
    size_t count;
} sensors_t;

static double *doubles(const cJSON *list, size_t *count) {
    *count = (size_t)cJSON_GetArraySize(list);
    double *numbers = allocate(*count, sizeof *numbers);
    size_t index = 0;
    const cJSON *item;
    cJSON_ArrayForEach(item, list) {
        numbers[index++] = item->valuedouble;
    }
    return numbers;
}

static sensors_t read_sensors(const cJSON *list) {
    size_t count = (size_t)cJSON_GetArraySize(list);
    sensors_t read = {allocate(count, sizeof *read.sensors), allocate(count, sizeof *read.seconds),
                      allocate(count, sizeof *read.values), 0};
    const cJSON *item;
    cJSON_ArrayForEach(item, list) {
        size_t events = 0, numbers = 0;
        read.seconds[read.count] = doubles(member(item, "seconds"), &events);
        read.values[read.count] = floats(member(item, "values"), &numbers);
        read.sensors[read.count] =
            tiprdc_sensor_events(read.seconds[read.count], read.values[read.count], events,
                                 (size_t)member(item, "axes")->valueint, member(item, "factor")->valuedouble);
        read.count++;
    }
    return read;
}

static void free_sensors(sensors_t *sensors) {
    for (size_t index = 0; index < sensors->count; index++) {
        free(sensors->seconds[index]);
        free(sensors->values[index]);
    }
    free(sensors->seconds);
    free(sensors->values);
    free(sensors->sensors);
}

static void run_case(const tiprdc_encoder_t *encoder, const cJSON *test, double tolerance) {
    const size_t *axes = NULL;
    size_t rank = 0, count = 77, stride = (size_t)member(test, "stride")->valueint;
    CHECK_OK(tiprdc_encoder_input_shape(encoder, &axes, &rank));
    sensors_t sensors = read_sensors(member(test, "sensors"));
    tiprdc_status_t expected = expected_status(test);
    CHECK_STATUS(tiprdc_windows_count(encoder, sensors.sensors, sensors.count, stride, &count), expected);
    if (expected == TIPRDC_OK) {
        const cJSON *windows = member(test, "windows");
        const size_t shape[] = {count, axes[0], axes[1]};
        compare_shape(shape, 3, member(windows, "shape"));
        size_t length = count * axes[0] * axes[1];
        float *out = allocate(length + 1, sizeof *out);
        CHECK_OK(tiprdc_windows(encoder, sensors.sensors, sensors.count, stride, out, length));
        compare_numbers(out, length, member(windows, "data"), tolerance);
        CHECK_STATUS(tiprdc_windows(encoder, sensors.sensors, sensors.count, stride, out, length + 1),
                     TIPRDC_ERROR_OUTPUT_SIZE);
        free(out);
    } else {
        CHECK(count == 77);
        float out = 77;
        CHECK_STATUS(tiprdc_windows(encoder, sensors.sensors, sensors.count, stride, &out, 1), expected);
        CHECK(out == 77);
    }
    free_sensors(&sensors);
}

static void run_misused(const tiprdc_encoder_t *encoder) {
    const double seconds[] = {0, 0.02};
    const float values[6] = {0};
    size_t count = 0;
    tiprdc_events_t events = tiprdc_sensor_events(seconds, values, 2, 3, 1);
    const tiprdc_events_t wrong[] = {tiprdc_sensor_events(NULL, values, 2, 3, 1),
                                     tiprdc_sensor_events(seconds, NULL, 2, 3, 1),
                                     tiprdc_sensor_events(seconds, values, SIZE_MAX, 3, 1)};
    for (size_t index = 0; index < sizeof wrong / sizeof wrong[0]; index++) {
        CHECK_STATUS(tiprdc_windows_count(encoder, &wrong[index], 1, 1, &count), TIPRDC_ERROR_ARGUMENT);
    }
    CHECK_STATUS(tiprdc_windows_count(NULL, &events, 1, 1, &count), TIPRDC_ERROR_ARGUMENT);
    CHECK_STATUS(tiprdc_windows_count(encoder, NULL, 1, 1, &count), TIPRDC_ERROR_ARGUMENT);
    CHECK_STATUS(tiprdc_windows_count(encoder, &events, 1, 1, NULL), TIPRDC_ERROR_ARGUMENT);
    CHECK_STATUS(tiprdc_windows(encoder, &events, 1, 1, NULL, 3), TIPRDC_ERROR_ARGUMENT);
}

void run_windows(const char *file, const cJSON *vectors) {
    file_t bytes = read_testdata(text_or_null(vectors, "encoder"));
    tiprdc_encoder_t *encoder = NULL;
    CHECK_OK(tiprdc_encoder_from_bytes(bytes.bytes, bytes.length, NULL, &encoder));
    const cJSON *test;
    cJSON_ArrayForEach(test, member(vectors, "cases")) {
        checking(file, text_or_null(test, "name"));
        count_case();
        run_case(encoder, test, member(vectors, "tolerance")->valuedouble);
    }
    checking(file, "misuse");
    run_misused(encoder);
    tiprdc_encoder_free(encoder);
    free(bytes.bytes);
}
