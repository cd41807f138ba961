/* NULL in the place of every argument of every function: a status, and outputs that stay as they were. */
#include "check.h"
#include "files.h"
#include "suite.h"

#define NULL_IS_REFUSED(call) CHECK_STATUS(call, TIPRDC_ERROR_ARGUMENT)

static void closing(void) {
    checking("NULL", "closing");
    tiprdc_encoder_free(NULL);
    tiprdc_encoder_free(NULL);
    tiprdc_features_free(NULL);
    tiprdc_table_free(NULL);
    tiprdc_options_free(NULL);
    CHECK(true);
}

static void opening(const char *path) {
    checking("NULL", "opening");
    tiprdc_encoder_t *encoder = NULL;
    tiprdc_options_t *options = NULL;
    uint8_t byte = 0;
    NULL_IS_REFUSED(tiprdc_options_new(NULL));
    CHECK_OK(tiprdc_options_new(&options));
    NULL_IS_REFUSED(tiprdc_options_set_max_bytes(NULL, 1));
    NULL_IS_REFUSED(tiprdc_options_set_max_work(NULL, 1));
    NULL_IS_REFUSED(tiprdc_options_set_threads(NULL, 1));
    NULL_IS_REFUSED(tiprdc_options_set_memo(NULL, &byte, 32));
    NULL_IS_REFUSED(tiprdc_encoder_open(NULL, &encoder));
    NULL_IS_REFUSED(tiprdc_encoder_open(path, NULL));
    NULL_IS_REFUSED(tiprdc_encoder_open_with(NULL, options, &encoder));
    NULL_IS_REFUSED(tiprdc_encoder_open_with(path, options, NULL));
    NULL_IS_REFUSED(tiprdc_encoder_from_bytes(NULL, 1, options, &encoder));
    NULL_IS_REFUSED(tiprdc_encoder_from_bytes(&byte, 1, options, NULL));
    CHECK_STATUS(tiprdc_encoder_from_bytes(NULL, 0, NULL, &encoder), TIPRDC_ERROR_MANIFEST_MISSING);
    CHECK(encoder == NULL);
    tiprdc_options_free(options);
}

static void info(const tiprdc_encoder_t *encoder) {
    checking("NULL", "what an encoder says of itself");
    tiprdc_status_t (*const readers[])(const tiprdc_encoder_t *, const char **) = {
        tiprdc_encoder_name,    tiprdc_encoder_version, tiprdc_encoder_digest,  tiprdc_encoder_input_kind,
        tiprdc_encoder_release, tiprdc_encoder_dtype,   tiprdc_encoder_manifest};
    const char *text = NULL;
    for (size_t index = 0; index < sizeof readers / sizeof readers[0]; index++) {
        NULL_IS_REFUSED(readers[index](NULL, &text));
        NULL_IS_REFUSED(readers[index](encoder, NULL));
    }
    size_t number = 77;
    NULL_IS_REFUSED(tiprdc_encoder_private_count(NULL, &number));
    NULL_IS_REFUSED(tiprdc_encoder_private_count(encoder, NULL));
    NULL_IS_REFUSED(tiprdc_encoder_private_attribute(NULL, 0, &text));
    NULL_IS_REFUSED(tiprdc_encoder_private_attribute(encoder, 0, NULL));
    NULL_IS_REFUSED(tiprdc_encoder_private_attribute(encoder, SIZE_MAX, &text));
    NULL_IS_REFUSED(tiprdc_encoder_output_length(NULL, &number));
    NULL_IS_REFUSED(tiprdc_encoder_output_length(encoder, NULL));
    CHECK(text == NULL && number == 77);
}

static void shapes_and_bounds(const tiprdc_encoder_t *encoder) {
    checking("NULL", "shapes and bounds");
    const size_t *axes = NULL;
    size_t rank = 77;
    bool stated = true;
    double value = 7;
    NULL_IS_REFUSED(tiprdc_encoder_input_shape(NULL, &axes, &rank));
    NULL_IS_REFUSED(tiprdc_encoder_input_shape(encoder, NULL, &rank));
    NULL_IS_REFUSED(tiprdc_encoder_input_shape(encoder, &axes, NULL));
    NULL_IS_REFUSED(tiprdc_encoder_output_shape(NULL, &axes, &rank));
    NULL_IS_REFUSED(tiprdc_encoder_output_shape(encoder, NULL, &rank));
    NULL_IS_REFUSED(tiprdc_encoder_output_shape(encoder, &axes, NULL));
    NULL_IS_REFUSED(tiprdc_encoder_epsilon(NULL, &stated, &value));
    NULL_IS_REFUSED(tiprdc_encoder_epsilon(encoder, NULL, &value));
    NULL_IS_REFUSED(tiprdc_encoder_epsilon(encoder, &stated, NULL));
    NULL_IS_REFUSED(tiprdc_encoder_delta(NULL, &stated, &value));
    NULL_IS_REFUSED(tiprdc_encoder_delta(encoder, NULL, &value));
    NULL_IS_REFUSED(tiprdc_encoder_delta(encoder, &stated, NULL));
    CHECK(axes == NULL && rank == 77 && stated && value > 6);
}

static void encoding(const tiprdc_encoder_t *e) {
    checking("NULL", "encoding");
    size_t n = 0;
    CHECK_OK(tiprdc_encoder_output_length(e, &n));
    float *out = allocate(n, sizeof *out);
    out[0] = 77;
    float x[4] = {0};
    size_t axes[1] = {4};
    uint8_t p[4] = {0};
    tiprdc_field_t f = {"a", NULL, 0, TIPRDC_FIELD_MISSING};
    tiprdc_input_t in = tiprdc_input_series(x, 4, 2, 2);
    tiprdc_features_t *features = NULL;
    NULL_IS_REFUSED(tiprdc_encode_series(NULL, x, 4, 2, 2, out, n));
    NULL_IS_REFUSED(tiprdc_encode_series(e, NULL, 4, 2, 2, out, n));
    NULL_IS_REFUSED(tiprdc_encode_series(e, x, 4, 2, 2, NULL, n));
    NULL_IS_REFUSED(tiprdc_encode_tensor(NULL, x, 4, axes, 1, out, n));
    NULL_IS_REFUSED(tiprdc_encode_tensor(e, NULL, 4, axes, 1, out, n));
    NULL_IS_REFUSED(tiprdc_encode_tensor(e, x, 4, NULL, 1, out, n));
    NULL_IS_REFUSED(tiprdc_encode_tensor(e, x, 4, axes, 1, NULL, n));
    NULL_IS_REFUSED(tiprdc_encode_image(NULL, p, 4, TIPRDC_IMAGE_GRAY8, 2, 2, out, n));
    NULL_IS_REFUSED(tiprdc_encode_image(e, NULL, 4, TIPRDC_IMAGE_GRAY8, 2, 2, out, n));
    NULL_IS_REFUSED(tiprdc_encode_image(e, p, 4, TIPRDC_IMAGE_GRAY8, 2, 2, NULL, n));
    NULL_IS_REFUSED(tiprdc_encode_record(NULL, &f, 1, out, n));
    NULL_IS_REFUSED(tiprdc_encode_record(e, NULL, 1, out, n));
    NULL_IS_REFUSED(tiprdc_encode_record(e, &f, 1, NULL, n));
    NULL_IS_REFUSED(tiprdc_encode_batch(NULL, &in, 1, 0, out, n));
    NULL_IS_REFUSED(tiprdc_encode_batch(e, NULL, 1, 0, out, n));
    NULL_IS_REFUSED(tiprdc_encode_batch(e, &in, 1, 0, NULL, n));
    NULL_IS_REFUSED(tiprdc_encode_series_batch(NULL, x, 4, 1, 2, 2, 0, out, n));
    NULL_IS_REFUSED(tiprdc_encode_series_batch(e, NULL, 4, 1, 2, 2, 0, out, n));
    NULL_IS_REFUSED(tiprdc_encode_series_batch(e, x, 4, 1, 2, 2, 0, NULL, n));
    NULL_IS_REFUSED(tiprdc_encode_tensor_batch(NULL, x, 4, 1, axes, 1, 0, out, n));
    NULL_IS_REFUSED(tiprdc_encode_tensor_batch(e, NULL, 4, 1, axes, 1, 0, out, n));
    NULL_IS_REFUSED(tiprdc_encode_tensor_batch(e, x, 4, 1, NULL, 1, 0, out, n));
    NULL_IS_REFUSED(tiprdc_encode_tensor_batch(e, x, 4, 1, axes, 1, 0, NULL, n));
    NULL_IS_REFUSED(tiprdc_encode_features(NULL, &in, 1, 0, &features));
    NULL_IS_REFUSED(tiprdc_encode_features(e, NULL, 1, 0, &features));
    NULL_IS_REFUSED(tiprdc_encode_features(e, &in, 1, 0, NULL));
    CHECK(out[0] > 76 && features == NULL);
    free(out);
}

static void features_and_tables(void) {
    checking("NULL", "features and tables");
    file_t file = read_testdata("features/exact.safetensors");
    tiprdc_features_t *features = NULL, *resolved = NULL;
    tiprdc_table_t *table = NULL;
    const float *data = NULL;
    const uint8_t *bytes = NULL;
    const uint32_t *indices = NULL;
    const size_t *axes = NULL;
    const char *text = NULL;
    size_t n = 77;
    NULL_IS_REFUSED(tiprdc_features_from_bytes(NULL, 1, &features));
    NULL_IS_REFUSED(tiprdc_features_from_bytes(file.bytes, file.length, NULL));
    CHECK_OK(tiprdc_features_from_bytes(file.bytes, file.length, &features));
    NULL_IS_REFUSED(tiprdc_features_to_bytes(NULL, &bytes, &n));
    NULL_IS_REFUSED(tiprdc_features_to_bytes(features, NULL, &n));
    NULL_IS_REFUSED(tiprdc_features_to_bytes(features, &bytes, NULL));
    NULL_IS_REFUSED(tiprdc_features_data(NULL, &data, &n));
    NULL_IS_REFUSED(tiprdc_features_data(features, NULL, &n));
    NULL_IS_REFUSED(tiprdc_features_data(features, &data, NULL));
    NULL_IS_REFUSED(tiprdc_features_shape(NULL, &axes, &n));
    NULL_IS_REFUSED(tiprdc_features_shape(features, NULL, &n));
    NULL_IS_REFUSED(tiprdc_features_shape(features, &axes, NULL));
    NULL_IS_REFUSED(tiprdc_features_rows(NULL, &n));
    NULL_IS_REFUSED(tiprdc_features_rows(features, NULL));
    NULL_IS_REFUSED(tiprdc_features_indices(NULL, &indices, &n));
    NULL_IS_REFUSED(tiprdc_features_indices(features, NULL, &n));
    NULL_IS_REFUSED(tiprdc_features_indices(features, &indices, NULL));
    tiprdc_status_t (*const readers[])(const tiprdc_features_t *, const char **) = {
        tiprdc_features_encoder, tiprdc_features_release, tiprdc_features_dtype, tiprdc_features_table};
    for (size_t index = 0; index < sizeof readers / sizeof readers[0]; index++) {
        NULL_IS_REFUSED(readers[index](NULL, &text));
        NULL_IS_REFUSED(readers[index](features, NULL));
    }
    file_t small = read_testdata("tables/small.safetensors");
    NULL_IS_REFUSED(tiprdc_table_from_bytes(NULL, 1, &table));
    NULL_IS_REFUSED(tiprdc_table_from_bytes(small.bytes, small.length, NULL));
    CHECK_OK(tiprdc_table_from_bytes(small.bytes, small.length, &table));
    NULL_IS_REFUSED(tiprdc_table_digest(NULL, &text));
    NULL_IS_REFUSED(tiprdc_table_digest(table, NULL));
    NULL_IS_REFUSED(tiprdc_table_shape(NULL, &axes, &n));
    NULL_IS_REFUSED(tiprdc_table_shape(table, NULL, &n));
    NULL_IS_REFUSED(tiprdc_table_shape(table, &axes, NULL));
    NULL_IS_REFUSED(tiprdc_table_resolve(NULL, features, &resolved));
    NULL_IS_REFUSED(tiprdc_table_resolve(table, NULL, &resolved));
    NULL_IS_REFUSED(tiprdc_table_resolve(table, features, NULL));
    CHECK(data == NULL && bytes == NULL && indices == NULL && axes == NULL && text == NULL && n == 77);
    CHECK(resolved == NULL);
    tiprdc_features_free(features);
    tiprdc_table_free(table);
    free(small.bytes);
    free(file.bytes);
}

void run_misuse_arguments(const char *series_encoder) {
    char *path = testdata_path(series_encoder);
    closing();
    opening(path);
    tiprdc_encoder_t *encoder = NULL;
    CHECK_OK(tiprdc_encoder_open(path, &encoder));
    info(encoder);
    shapes_and_bounds(encoder);
    encoding(encoder);
    tiprdc_encoder_free(encoder);
    features_and_tables();
    free(path);
}
