#include "vector.h"
#include "files.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

static float number(const cJSON *item) {
    if (cJSON_IsNumber(item)) {
        return (float)item->valuedouble;
    }
    const char *text = cJSON_GetStringValue(item);
    if (text != NULL && strcmp(text, "nan") == 0) {
        return NAN;
    }
    if (text != NULL && strcmp(text, "inf") == 0) {
        return INFINITY;
    }
    if (text != NULL && strcmp(text, "-inf") == 0) {
        return -INFINITY;
    }
    fputs("a vector has something that is no number\n", stderr);
    exit(2);
}

float *floats(const cJSON *list, size_t *count) {
    *count = (size_t)cJSON_GetArraySize(list);
    float *numbers = allocate(*count, sizeof *numbers);
    size_t index = 0;
    const cJSON *item;
    cJSON_ArrayForEach(item, list) {
        numbers[index++] = number(item);
    }
    return numbers;
}

size_t *sizes(const cJSON *list, size_t *count) {
    *count = (size_t)cJSON_GetArraySize(list);
    size_t *numbers = allocate(*count, sizeof *numbers);
    size_t index = 0;
    const cJSON *item;
    cJSON_ArrayForEach(item, list) {
        numbers[index++] = (size_t)number(item);
    }
    return numbers;
}

const cJSON *member(const cJSON *object, const char *name) {
    const cJSON *found = cJSON_GetObjectItemCaseSensitive(object, name);
    if (found == NULL) {
        fprintf(stderr, "a vector has no member `%s`\n", name);
        exit(2);
    }
    return found;
}

const char *text_or_null(const cJSON *object, const char *name) {
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
}

tiprdc_status_t expected_status(const cJSON *test) {
    const cJSON *error = cJSON_GetObjectItemCaseSensitive(test, "error");
    return cJSON_IsNumber(error) ? (tiprdc_status_t)error->valueint : TIPRDC_OK;
}

static int32_t image_format(const char *name) {
    static const struct {
        const char *name;
        int32_t format;
    } formats[] = {{"rgb8", TIPRDC_IMAGE_RGB8},
                   {"rgba8", TIPRDC_IMAGE_RGBA8},
                   {"bgra8", TIPRDC_IMAGE_BGRA8},
                   {"gray8", TIPRDC_IMAGE_GRAY8}};
    for (size_t index = 0; index < sizeof formats / sizeof formats[0]; index++) {
        if (strcmp(formats[index].name, name) == 0) {
            return formats[index].format;
        }
    }
    fprintf(stderr, "unknown format of pixels: %s\n", name);
    exit(2);
}

static tiprdc_field_t *fields(const cJSON *list, size_t *count) {
    *count = (size_t)cJSON_GetArraySize(list);
    tiprdc_field_t *values = allocate(*count, sizeof *values);
    tiprdc_field_t *value = values;
    const cJSON *item;
    cJSON_ArrayForEach(item, list) {
        const cJSON *found = cJSON_GetObjectItemCaseSensitive(item, "number");
        const cJSON *boolean = cJSON_GetObjectItemCaseSensitive(item, "boolean");
        value->name = text_or_null(item, "name");
        value->text = text_or_null(item, "text");
        if (found != NULL) {
            value->kind = TIPRDC_FIELD_NUMBER;
            value->number = number(found);
        } else if (boolean != NULL) {
            value->kind = TIPRDC_FIELD_BOOLEAN;
            value->number = cJSON_IsTrue(boolean) ? 1 : 0;
        } else {
            value->kind = value->text != NULL ? TIPRDC_FIELD_TEXT : TIPRDC_FIELD_MISSING;
        }
        value++;
    }
    return values;
}

static uint8_t *pixels(const cJSON *list, size_t *count) {
    *count = (size_t)cJSON_GetArraySize(list);
    uint8_t *bytes = allocate(*count, 1);
    size_t index = 0;
    const cJSON *item;
    cJSON_ArrayForEach(item, list) {
        bytes[index++] = (uint8_t)item->valueint;
    }
    return bytes;
}

vector_input_t read_input(const cJSON *json) {
    vector_input_t read = {{0}, NULL, NULL};
    const char *kind = text_or_null(json, "kind");
    size_t length = 0;
    if (kind != NULL && strcmp(kind, "series") == 0) {
        float *data = floats(member(json, "data"), &length);
        read.values = data;
        read.input = tiprdc_input_series(data, length, (size_t)number(member(json, "channels")),
                                         (size_t)number(member(json, "steps")));
    } else if (kind != NULL && strcmp(kind, "tensor") == 0) {
        size_t rank = 0;
        float *data = floats(member(json, "data"), &length);
        read.values = data;
        read.axes = sizes(member(json, "shape"), &rank);
        read.input = tiprdc_input_tensor(data, length, read.axes, rank);
    } else if (kind != NULL && strcmp(kind, "image") == 0) {
        uint8_t *data = pixels(member(json, "pixels"), &length);
        read.values = data;
        read.input = tiprdc_input_image(data, length, image_format(text_or_null(json, "format")),
                                        (uint32_t)number(member(json, "width")),
                                        (uint32_t)number(member(json, "height")));
    } else if (kind != NULL && strcmp(kind, "record") == 0) {
        tiprdc_field_t *data = fields(member(json, "fields"), &length);
        read.values = data;
        read.input = tiprdc_input_record(data, length);
    } else {
        fprintf(stderr, "unknown kind of input: %s\n", kind == NULL ? "none" : kind);
        exit(2);
    }
    return read;
}

void free_input(vector_input_t *input) {
    free(input->values);
    free(input->axes);
}
