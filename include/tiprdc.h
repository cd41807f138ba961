/*! \file tiprdc.h
 * Encode private data on the device: one encoder file, raw input in, features out.
 *
 * Generated from bindings-c; do not edit. Conventions (status, ownership, threads) are in include/README.md.
 */
#ifndef TIPRDC_H
#define TIPRDC_H

#include <stdint.h>

/** Version of the library that this header belongs to. */
#define TIPRDC_VERSION "0.1.0"
#define TIPRDC_VERSION_MAJOR 0
#define TIPRDC_VERSION_MINOR 1
#define TIPRDC_VERSION_PATCH 0

/** What a call says. Numbers are the same in every language, and never reused: 100..199 concern the encoder file,
 *  200..299 what the caller passed in, 300..399 features, 900..999 the library. */
enum tiprdc_status {
    /** It worked. */
    TIPRDC_OK = 0,
    /** The encoder file could not be read from disk. */
    TIPRDC_ERROR_FILE_UNREADABLE = 100,
    /** The encoder file is larger than the limit set on the builder. */
    TIPRDC_ERROR_MODEL_TOO_LARGE = 101,
    /** The file is not a readable ONNX model, or the model cannot be executed. */
    TIPRDC_ERROR_MODEL_MALFORMED = 102,
    /** The model uses an operator, or another ONNX feature, that encoders may not use. */
    TIPRDC_ERROR_OPERATOR_NOT_ALLOWED = 103,
    /** The model carries no manifest. */
    TIPRDC_ERROR_MANIFEST_MISSING = 110,
    /** The manifest is not valid: bad JSON, a missing field or an impossible value. */
    TIPRDC_ERROR_MANIFEST_INVALID = 111,
    /** The manifest asks for something that this version does not know. */
    TIPRDC_ERROR_MANIFEST_UNSUPPORTED = 112,
    /** The manifest and the graph disagree on shapes or types. */
    TIPRDC_ERROR_MANIFEST_MISMATCH = 113,
    /** The input is of another kind (image, series, record, tensor) than the encoder takes. */
    TIPRDC_ERROR_INPUT_KIND = 200,
    /** The input has another size or shape than the encoder takes. */
    TIPRDC_ERROR_INPUT_SHAPE = 201,
    /** The input holds NaN or an infinite number. */
    TIPRDC_ERROR_INPUT_NOT_FINITE = 202,
    /** A field of a record is missing, doubled, unknown, or of the wrong type. */
    TIPRDC_ERROR_INPUT_FIELD = 203,
    /** The caller's output buffer has the wrong size. */
    TIPRDC_ERROR_OUTPUT_SIZE = 204,
    /** An argument is missing, closed, or none of those that the function knows. */
    TIPRDC_ERROR_ARGUMENT = 205,
    /** A features file is damaged, or its parts disagree. */
    TIPRDC_ERROR_FEATURES_MALFORMED = 300,
    /** The network of an exact release gave NaN or an infinite number; nothing left the device. */
    TIPRDC_ERROR_FEATURES_NOT_FINITE = 301,
    /** A substitute table is damaged, or has an impossible size. */
    TIPRDC_ERROR_TABLE_MALFORMED = 302,
    /** Features and a substitute table do not belong together. */
    TIPRDC_ERROR_TABLE_MISMATCH = 303,
    /** A failure inside this library; please report it. */
    TIPRDC_ERROR_INTERNAL = 900,
    /** The operating system gave no random numbers, and a random release needs them. */
    TIPRDC_ERROR_RANDOMNESS_UNAVAILABLE = 901
};

/** A value of enum tiprdc_status. */
typedef int32_t tiprdc_status_t;

#ifdef __cplusplus
extern "C" {
#endif

#include <stddef.h>
#include <stdint.h>

/** \brief
 *  Number of the interface that this header describes. It changes with every incompatible change, and so does the name
 *  of the shared library: `libtiprdc.so.0`. Compare it with `tiprdc_abi_version()`.
 */
#define TIPRDC_ABI_VERSION 0

/** \brief
 *  `kind` of a `tiprdc_field_t`: true or false.
 */
#define TIPRDC_FIELD_BOOLEAN 4

/** \brief
 *  `kind` of a `tiprdc_field_t`: not known.
 */
#define TIPRDC_FIELD_MISSING 3

/** \brief
 *  `kind` of a `tiprdc_field_t`: a number.
 */
#define TIPRDC_FIELD_NUMBER 1

/** \brief
 *  `kind` of a `tiprdc_field_t`: text, a category.
 */
#define TIPRDC_FIELD_TEXT 2

/** \brief
 *  Pixels of 4 bytes: blue, green, red, alpha. Alpha is ignored.
 */
#define TIPRDC_IMAGE_BGRA8 3

/** \brief
 *  Pixels of 1 byte: luma.
 */
#define TIPRDC_IMAGE_GRAY8 4

/** \brief
 *  Pixels of 3 bytes: red, green, blue.
 */
#define TIPRDC_IMAGE_RGB8 1

/** \brief
 *  Pixels of 4 bytes: red, green, blue, alpha. Alpha is ignored.
 */
#define TIPRDC_IMAGE_RGBA8 2

/** \brief
 *  `kind` of a `tiprdc_input_t`: an image.
 */
#define TIPRDC_INPUT_IMAGE 3

/** \brief
 *  `kind` of a `tiprdc_input_t`: a record of named fields.
 */
#define TIPRDC_INPUT_RECORD 4

/** \brief
 *  `kind` of a `tiprdc_input_t`: a window of a series.
 */
#define TIPRDC_INPUT_SERIES 1

/** \brief
 *  `kind` of a `tiprdc_input_t`: a tensor that the caller preprocessed.
 */
#define TIPRDC_INPUT_TENSOR 2

/** \brief
 *  Number of the interface that the loaded library has; equal to `TIPRDC_ABI_VERSION` if header and library match.
 *
 *  Ownership: nothing changes hands.
 *  Threads: any.
 */
uint32_t
tiprdc_abi_version (void);

/** \brief
 *  A loaded encoder: raw input in, features out. Opened by `tiprdc_encoder_open`, `tiprdc_encoder_open_with` or
 *  `tiprdc_encoder_from_bytes`, closed by `tiprdc_encoder_free`.
 *
 *  Threads: any number may use one at once.
 */
typedef struct tiprdc_encoder tiprdc_encoder_t;

/** \brief
 *  One field of a record.
 *
 *  Ownership: texts are the caller's, and read during a call only.
 */
typedef struct tiprdc_field {
    /** \brief
     *  Its name: UTF-8 with a NUL behind it.
     */
    char const * name;

    /** \brief
     *  Of a TIPRDC_FIELD_TEXT: the category, UTF-8 with a NUL behind it. Else not read.
     */
    char const * text;

    /** \brief
     *  Of a TIPRDC_FIELD_NUMBER: the number. Of a TIPRDC_FIELD_BOOLEAN: 0 for false. Else not read.
     */
    float number;

    /** \brief
     *  TIPRDC_FIELD_NUMBER, TIPRDC_FIELD_TEXT, TIPRDC_FIELD_MISSING or TIPRDC_FIELD_BOOLEAN.
     */
    int32_t kind;
} tiprdc_field_t;

/** \brief
 *  One record: what one call, or one row of a batch, encodes. `tiprdc_input_series` and its sisters fill it in.
 *
 *  Ownership: all memory is the caller's, and read during a call only.
 */
typedef struct tiprdc_input {
    /** \brief
     *  TIPRDC_INPUT_SERIES, TIPRDC_INPUT_TENSOR, TIPRDC_INPUT_IMAGE or TIPRDC_INPUT_RECORD.
     */
    int32_t kind;

    /** \brief
     *  Of an image: TIPRDC_IMAGE_RGB8 or another format. Else not read.
     */
    int32_t format;

    /** \brief
     *  Of an image: pixels in a row. Else not read.
     */
    uint32_t width;

    /** \brief
     *  Of an image: number of rows. Else not read.
     */
    uint32_t height;

    /** \brief
     *  Of a series: number of channels. Else not read.
     */
    size_t channels;

    /** \brief
     *  Of a series: samples of a channel. Else not read.
     */
    size_t steps;

    /** \brief
     *  Of a tensor: `rank` lengths of axes. Else not read.
     */
    size_t const * axes;

    /** \brief
     *  Of a tensor: number of axes. Else not read.
     */
    size_t rank;

    /** \brief
     *  Of a series or tensor: the numbers, row-major. Else not read.
     */
    float const * numbers;

    /** \brief
     *  Of an image: the pixels, rows from the top, no padding between rows. Else not read.
     */
    uint8_t const * pixels;

    /** \brief
     *  Of a record: its fields, in any order. Else not read.
     */
    tiprdc_field_t const * fields;

    /** \brief
     *  How many numbers, bytes of pixels or fields there are.
     */
    size_t length;
} tiprdc_input_t;

/** \brief
 *  Encodes many records of any kind into `out`, in parallel.
 *
 *  `inputs` holds `rows` records. `out` has room for exactly `rows` times `tiprdc_encoder_output_length` numbers, one
 *  record behind the other. `threads` 0 is what the encoder's options say, and one per core by default.
 *
 *  Ownership: all memory stays the caller's. `out` is written on success only.
 *  Threads: any; the work is done on the calling thread and on threads that end with the call.
 *  Returns: as `tiprdc_encode_series`; the last error names the first record that failed, and nothing is written.
 */
tiprdc_status_t
tiprdc_encode_batch (
    tiprdc_encoder_t const * encoder,
    tiprdc_input_t const * inputs,
    size_t rows,
    size_t threads,
    float * out,
    size_t out_length);

/** \brief
 *  Features of one or more records: what leaves the device. Made by `tiprdc_encode_features`, `tiprdc_features_from_bytes`
 *  or `tiprdc_table_resolve`, closed by `tiprdc_features_free`.
 *
 *  Threads: any number may use one at once.
 */
typedef struct tiprdc_features tiprdc_features_t;

/** \brief
 *  Encodes many records of any kind, in parallel, to features that can be written to a file.
 *
 *  `inputs` holds `rows` records; `threads` is as for `tiprdc_encode_batch`.
 *
 *  Ownership: `inputs` stays the caller's. `*features` becomes the caller's; close it with `tiprdc_features_free`. Written
 *  on success only.
 *  Threads: any; the work is done on the calling thread and on threads that end with the call.
 *  Returns: as `tiprdc_encode_batch`.
 */
tiprdc_status_t
tiprdc_encode_features (
    tiprdc_encoder_t const * encoder,
    tiprdc_input_t const * inputs,
    size_t rows,
    size_t threads,
    tiprdc_features_t * * features);

/** \brief
 *  Encodes one image into `out`; it is cropped, resized and normalised as the manifest says.
 *
 *  `pixels` holds `length` bytes in a format such as TIPRDC_IMAGE_RGB8, rows from the top, no padding between rows. `out`
 *  has room for exactly `tiprdc_encoder_output_length` numbers.
 *
 *  Ownership: all memory stays the caller's. `out` is written on success only.
 *  Threads: any; the work is done on the calling thread.
 *  Returns: as `tiprdc_encode_series`.
 */
tiprdc_status_t
tiprdc_encode_image (
    tiprdc_encoder_t const * encoder,
    uint8_t const * pixels,
    size_t length,
    int32_t format,
    uint32_t width,
    uint32_t height,
    float * out,
    size_t out_length);

/** \brief
 *  Encodes one record of `length` named fields into `out`.
 *
 *  The fields are those of the manifest, in any order; one that is not known is passed as TIPRDC_FIELD_MISSING. `out` has
 *  room for exactly `tiprdc_encoder_output_length` numbers.
 *
 *  Ownership: all memory stays the caller's. `out` is written on success only.
 *  Threads: any; the work is done on the calling thread.
 *  Returns: as `tiprdc_encode_series`.
 */
tiprdc_status_t
tiprdc_encode_record (
    tiprdc_encoder_t const * encoder,
    tiprdc_field_t const * fields,
    size_t length,
    float * out,
    size_t out_length);

/** \brief
 *  Encodes one window of a series into `out`.
 *
 *  `numbers` holds `length` = `channels * steps` numbers, row-major `[channels, steps]`. `out` has room for exactly
 *  `tiprdc_encoder_output_length` numbers.
 *
 *  A random release draws anew at every call, and each draw spends its epsilon again; see `tiprdc_options_set_memo`.
 *
 *  Ownership: all memory stays the caller's. `out` is written on success only.
 *  Threads: any; the work is done on the calling thread.
 *  Returns `TIPRDC_OK`, a status from 200 to 299, TIPRDC_ERROR_FEATURES_NOT_FINITE of an exact release, or
 *  TIPRDC_ERROR_RANDOMNESS_UNAVAILABLE of a random one.
 */
tiprdc_status_t
tiprdc_encode_series (
    tiprdc_encoder_t const * encoder,
    float const * numbers,
    size_t length,
    size_t channels,
    size_t steps,
    float * out,
    size_t out_length);

/** \brief
 *  Encodes `rows` windows of a series that lie one behind the other into `out`, in parallel.
 *
 *  `numbers` holds `length` = `rows * channels * steps` numbers, row-major `[rows, channels, steps]`. The rest is as for
 *  `tiprdc_encode_batch`.
 *
 *  Ownership: all memory stays the caller's. `out` is written on success only.
 *  Threads: any; the work is done on the calling thread and on threads that end with the call.
 *  Returns: as `tiprdc_encode_batch`.
 */
tiprdc_status_t
tiprdc_encode_series_batch (
    tiprdc_encoder_t const * encoder,
    float const * numbers,
    size_t length,
    size_t rows,
    size_t channels,
    size_t steps,
    size_t threads,
    float * out,
    size_t out_length);

/** \brief
 *  Encodes one tensor, preprocessed by the caller, into `out`.
 *
 *  `numbers` holds `length` numbers, row-major, with the `rank` axes of one record. `out` has room for exactly
 *  `tiprdc_encoder_output_length` numbers.
 *
 *  Ownership: all memory stays the caller's. `out` is written on success only.
 *  Threads: any; the work is done on the calling thread.
 *  Returns: as `tiprdc_encode_series`.
 */
tiprdc_status_t
tiprdc_encode_tensor (
    tiprdc_encoder_t const * encoder,
    float const * numbers,
    size_t length,
    size_t const * axes,
    size_t rank,
    float * out,
    size_t out_length);

/** \brief
 *  Encodes `rows` tensors that lie one behind the other into `out`, in parallel.
 *
 *  `numbers` holds `length` numbers, row-major `[rows, axes...]` with the `rank` axes of one record. The rest is as for
 *  `tiprdc_encode_batch`.
 *
 *  Ownership: all memory stays the caller's. `out` is written on success only.
 *  Threads: any; the work is done on the calling thread and on threads that end with the call.
 *  Returns: as `tiprdc_encode_batch`.
 */
tiprdc_status_t
tiprdc_encode_tensor_batch (
    tiprdc_encoder_t const * encoder,
    float const * numbers,
    size_t length,
    size_t rows,
    size_t const * axes,
    size_t rank,
    size_t threads,
    float * out,
    size_t out_length);

#include <stdbool.h>

/** \brief
 *  The probability that may escape the bound of one draw; `*stated` is false where there is none.
 *
 *  Ownership: nothing changes hands. Written on success only; `*value` is 0 where nothing is stated.
 *  Threads: any.
 *  Returns `TIPRDC_OK` or `TIPRDC_ERROR_ARGUMENT`.
 */
tiprdc_status_t
tiprdc_encoder_delta (
    tiprdc_encoder_t const * encoder,
    bool * stated,
    double * value);

/** \brief
 *  SHA-256 of the encoder's file, in hexadecimal; features carry it.
 *
 *  Ownership: `*text` is the encoder's, and stays until it is closed. Written on success only.
 *  Threads: any.
 *  Returns `TIPRDC_OK` or `TIPRDC_ERROR_ARGUMENT`.
 */
tiprdc_status_t
tiprdc_encoder_digest (
    tiprdc_encoder_t const * encoder,
    char const * * text);

/** \brief
 *  Element type that features are rounded to, and that their file holds: `f32`, `f16` or `int8`.
 *
 *  Ownership: `*text` is the library's, and stays for as long as it is loaded. Written on success only.
 *  Threads: any.
 *  Returns `TIPRDC_OK` or `TIPRDC_ERROR_ARGUMENT`.
 */
tiprdc_status_t
tiprdc_encoder_dtype (
    tiprdc_encoder_t const * encoder,
    char const * * text);

/** \brief
 *  Local differential privacy of one draw of the release, in nats; `*stated` is false where there is no bound.
 *
 *  Ownership: nothing changes hands. Written on success only; `*value` is 0 where nothing is stated.
 *  Threads: any.
 *  Returns `TIPRDC_OK` or `TIPRDC_ERROR_ARGUMENT`.
 */
tiprdc_status_t
tiprdc_encoder_epsilon (
    tiprdc_encoder_t const * encoder,
    bool * stated,
    double * value);

/** \brief
 *  Closes an encoder. NULL, and an encoder that is closed already, are left alone.
 *
 *  Ownership: `encoder`, and texts and shapes that were read from it, must not be used afterwards. Features stay.
 *  Threads: none may be using `encoder`.
 */
void
tiprdc_encoder_free (
    tiprdc_encoder_t * encoder);

/** \brief
 *  How an encoder is loaded: limits, threads, secret. Made by `tiprdc_options_new`, closed by `tiprdc_options_free`.
 *
 *  Threads: any number may use one.
 */
typedef struct tiprdc_options tiprdc_options_t;

/** \brief
 *  Opens an encoder from memory: `length` bytes of an encoder file.
 *
 *  `options` may be NULL: the defaults.
 *
 *  Ownership: `*encoder` becomes the caller's; close it with `tiprdc_encoder_free`. Written on success only. `bytes` and
 *  `options` stay the caller's; `bytes` may be freed at once.
 *  Threads: any.
 *  Returns `TIPRDC_OK`, `TIPRDC_ERROR_ARGUMENT`, or a status from 100 to 199.
 */
tiprdc_status_t
tiprdc_encoder_from_bytes (
    uint8_t const * bytes,
    size_t length,
    tiprdc_options_t const * options,
    tiprdc_encoder_t * * encoder);

/** \brief
 *  What the encoder takes: `image`, `series`, `record` or `tensor`.
 *
 *  Ownership: `*text` is the encoder's, and stays until it is closed. Written on success only.
 *  Threads: any.
 *  Returns `TIPRDC_OK` or `TIPRDC_ERROR_ARGUMENT`.
 */
tiprdc_status_t
tiprdc_encoder_input_kind (
    tiprdc_encoder_t const * encoder,
    char const * * text);

/** \brief
 *  Shape of the network's input for one record, row-major, without the batch axis. Image: `[channels, height, width]`;
 *  series: `[channels, steps]`; record: `[numbers]`.
 *
 *  Ownership: `*axes` is the encoder's, and stays until it is closed. Written on success only.
 *  Threads: any.
 *  Returns `TIPRDC_OK` or `TIPRDC_ERROR_ARGUMENT`.
 */
tiprdc_status_t
tiprdc_encoder_input_shape (
    tiprdc_encoder_t const * encoder,
    size_t const * * axes,
    size_t * rank);

/** \brief
 *  The whole manifest, as JSON.
 *
 *  Ownership: `*text` is the encoder's, and stays until it is closed. Written on success only.
 *  Threads: any.
 *  Returns `TIPRDC_OK` or `TIPRDC_ERROR_ARGUMENT`.
 */
tiprdc_status_t
tiprdc_encoder_manifest (
    tiprdc_encoder_t const * encoder,
    char const * * text);

/** \brief
 *  Name of the encoder, for people.
 *
 *  Ownership: `*text` is the encoder's, and stays until it is closed. Written on success only.
 *  Threads: any.
 *  Returns `TIPRDC_OK` or `TIPRDC_ERROR_ARGUMENT`.
 */
tiprdc_status_t
tiprdc_encoder_name (
    tiprdc_encoder_t const * encoder,
    char const * * text);

/** \brief
 *  Opens an encoder from a file, with the default options.
 *
 *  `path` is UTF-8, with a NUL behind it.
 *
 *  Ownership: `*encoder` becomes the caller's; close it with `tiprdc_encoder_free`. Written on success only.
 *  Threads: any.
 *  Returns `TIPRDC_OK`, `TIPRDC_ERROR_ARGUMENT`, or a status from 100 to 199.
 */
tiprdc_status_t
tiprdc_encoder_open (
    char const * path,
    tiprdc_encoder_t * * encoder);

/** \brief
 *  Opens an encoder from a file, with options.
 *
 *  `path` is UTF-8, with a NUL behind it. `options` may be NULL: the defaults.
 *
 *  Ownership: `*encoder` becomes the caller's; close it with `tiprdc_encoder_free`. Written on success only. `options`
 *  stays the caller's.
 *  Threads: any.
 *  Returns `TIPRDC_OK`, `TIPRDC_ERROR_ARGUMENT`, or a status from 100 to 199.
 */
tiprdc_status_t
tiprdc_encoder_open_with (
    char const * path,
    tiprdc_options_t const * options,
    tiprdc_encoder_t * * encoder);

/** \brief
 *  How many numbers the features of one record have: what the output shape multiplies to.
 *
 *  Ownership: nothing changes hands. Written on success only.
 *  Threads: any.
 *  Returns `TIPRDC_OK` or `TIPRDC_ERROR_ARGUMENT`.
 */
tiprdc_status_t
tiprdc_encoder_output_length (
    tiprdc_encoder_t const * encoder,
    size_t * length);

/** \brief
 *  Shape of the features of one record, row-major, without the batch axis; `[1]` for a substitute release: an index.
 *
 *  Ownership: `*axes` is the encoder's, and stays until it is closed. Written on success only.
 *  Threads: any.
 *  Returns `TIPRDC_OK` or `TIPRDC_ERROR_ARGUMENT`.
 */
tiprdc_status_t
tiprdc_encoder_output_shape (
    tiprdc_encoder_t const * encoder,
    size_t const * * axes,
    size_t * rank);

/** \brief
 *  Name of one private attribute that the training hid; `index` counts from 0.
 *
 *  Ownership: `*text` is the encoder's, and stays until it is closed. Written on success only.
 *  Threads: any.
 *  Returns `TIPRDC_OK`, or `TIPRDC_ERROR_ARGUMENT` also if there are not that many.
 */
tiprdc_status_t
tiprdc_encoder_private_attribute (
    tiprdc_encoder_t const * encoder,
    size_t index,
    char const * * text);

/** \brief
 *  How many private attributes the training hid.
 *
 *  Ownership: nothing changes hands. Written on success only.
 *  Threads: any.
 *  Returns `TIPRDC_OK` or `TIPRDC_ERROR_ARGUMENT`.
 */
tiprdc_status_t
tiprdc_encoder_private_count (
    tiprdc_encoder_t const * encoder,
    size_t * count);

/** \brief
 *  What happens to features before they leave: `exact`, `gaussian`, `laplace` or `substitute`.
 *
 *  Ownership: `*text` is the encoder's, and stays until it is closed. Written on success only.
 *  Threads: any.
 *  Returns `TIPRDC_OK` or `TIPRDC_ERROR_ARGUMENT`.
 */
tiprdc_status_t
tiprdc_encoder_release (
    tiprdc_encoder_t const * encoder,
    char const * * text);

/** \brief
 *  Version of the encoder, chosen by the collector.
 *
 *  Ownership: `*text` is the encoder's, and stays until it is closed. Written on success only.
 *  Threads: any.
 *  Returns `TIPRDC_OK` or `TIPRDC_ERROR_ARGUMENT`.
 */
tiprdc_status_t
tiprdc_encoder_version (
    tiprdc_encoder_t const * encoder,
    char const * * text);

/** \brief
 *  The numbers, row-major, `length` in all.
 *
 *  Ownership: `*data` is the features', and stays until they are closed. Written on success only.
 *  Threads: any.
 *  Returns `TIPRDC_OK` or `TIPRDC_ERROR_ARGUMENT`.
 */
tiprdc_status_t
tiprdc_features_data (
    tiprdc_features_t const * features,
    float const * * data,
    size_t * length);

/** \brief
 *  Element type of the numbers, which are rounded to it: `f32`, `f16` or `int8`; of indices `f32`.
 *
 *  Ownership: `*text` is the library's, and stays for as long as it is loaded. Written on success only.
 *  Threads: any.
 *  Returns `TIPRDC_OK` or `TIPRDC_ERROR_ARGUMENT`.
 */
tiprdc_status_t
tiprdc_features_dtype (
    tiprdc_features_t const * features,
    char const * * text);

/** \brief
 *  SHA-256 of the encoder's file in hexadecimal, or empty if no encoder made them.
 *
 *  Ownership: `*text` is the features', and stays until they are closed. Written on success only.
 *  Threads: any.
 *  Returns `TIPRDC_OK` or `TIPRDC_ERROR_ARGUMENT`.
 */
tiprdc_status_t
tiprdc_features_encoder (
    tiprdc_features_t const * features,
    char const * * text);

/** \brief
 *  Closes features. NULL, and features that are closed already, are left alone.
 *
 *  Ownership: `features`, and all that was read from it, must not be used afterwards.
 *  Threads: none may be using `features`.
 */
void
tiprdc_features_free (
    tiprdc_features_t * features);

/** \brief
 *  Reads a features file: `length` bytes of safetensors with a tensor `features`.
 *
 *  Ownership: `bytes` stays the caller's. `*features` becomes the caller's; close it with `tiprdc_features_free`. Written
 *  on success only.
 *  Threads: any.
 *  Returns `TIPRDC_OK`, `TIPRDC_ERROR_ARGUMENT` or `TIPRDC_ERROR_FEATURES_MALFORMED`.
 */
tiprdc_status_t
tiprdc_features_from_bytes (
    uint8_t const * bytes,
    size_t length,
    tiprdc_features_t * * features);

/** \brief
 *  The index of each record's substitute, one per record; NULL and 0 if these are no features of a substitute release.
 *
 *  Ownership: `*indices` is the features', and stays until they are closed. Written on success only.
 *  Threads: any.
 *  Returns `TIPRDC_OK` or `TIPRDC_ERROR_ARGUMENT`.
 */
tiprdc_status_t
tiprdc_features_indices (
    tiprdc_features_t const * features,
    uint32_t const * * indices,
    size_t * length);

/** \brief
 *  Name of the release (`exact`, `gaussian`, `laplace`, `substitute`), or empty if no encoder made them.
 *
 *  Ownership: `*text` is the features', and stays until they are closed. Written on success only.
 *  Threads: any.
 *  Returns `TIPRDC_OK` or `TIPRDC_ERROR_ARGUMENT`.
 */
tiprdc_status_t
tiprdc_features_release (
    tiprdc_features_t const * features,
    char const * * text);

/** \brief
 *  Number of records.
 *
 *  Ownership: nothing changes hands. Written on success only.
 *  Threads: any.
 *  Returns `TIPRDC_OK` or `TIPRDC_ERROR_ARGUMENT`.
 */
tiprdc_status_t
tiprdc_features_rows (
    tiprdc_features_t const * features,
    size_t * rows);

/** \brief
 *  Shape: `[records, ...]`.
 *
 *  Ownership: `*axes` is the features', and stays until they are closed. Written on success only.
 *  Threads: any.
 *  Returns `TIPRDC_OK` or `TIPRDC_ERROR_ARGUMENT`.
 */
tiprdc_status_t
tiprdc_features_shape (
    tiprdc_features_t const * features,
    size_t const * * axes,
    size_t * rank);

/** \brief
 *  SHA-256 of the substitute table that the indices are resolved with, in hexadecimal; NULL if there are no indices.
 *
 *  Ownership: `*text` is the features', and stays until they are closed. Written on success only.
 *  Threads: any.
 *  Returns `TIPRDC_OK` or `TIPRDC_ERROR_ARGUMENT`.
 */
tiprdc_status_t
tiprdc_features_table (
    tiprdc_features_t const * features,
    char const * * text);

/** \brief
 *  The features file: safetensors with one tensor `features`, a row per record, and the encoder's digest and release as
 *  metadata. Any language with a safetensors library reads it.
 *
 *  Ownership: `*bytes` is the features', and stays until they are closed. Written on success only.
 *  Threads: any.
 *  Returns `TIPRDC_OK` or `TIPRDC_ERROR_ARGUMENT`.
 */
tiprdc_status_t
tiprdc_features_to_bytes (
    tiprdc_features_t const * features,
    uint8_t const * * bytes,
    size_t * length);

/** \brief
 *  An image: `length` bytes of pixels in a format such as TIPRDC_IMAGE_RGB8, rows from the top, no padding between rows.
 *
 *  Ownership: `pixels` stays the caller's, and must outlive the use of the result.
 *  Threads: any.
 */
tiprdc_input_t
tiprdc_input_image (
    uint8_t const * pixels,
    size_t length,
    int32_t format,
    uint32_t width,
    uint32_t height);

/** \brief
 *  A record of `length` named fields, in any order.
 *
 *  Ownership: `fields` and its texts stay the caller's, and must outlive the use of the result.
 *  Threads: any.
 */
tiprdc_input_t
tiprdc_input_record (
    tiprdc_field_t const * fields,
    size_t length);

/** \brief
 *  A window of a series: `length` numbers, row-major `[channels, steps]`: all steps of the first channel come first.
 *
 *  Ownership: `numbers` stays the caller's, and must outlive the use of the result.
 *  Threads: any.
 */
tiprdc_input_t
tiprdc_input_series (
    float const * numbers,
    size_t length,
    size_t channels,
    size_t steps);

/** \brief
 *  A tensor that the caller preprocessed: `length` numbers, row-major, with the `rank` axes of one record.
 *
 *  Ownership: `numbers` and `axes` stay the caller's, and must outlive the use of the result.
 *  Threads: any.
 */
tiprdc_input_t
tiprdc_input_tensor (
    float const * numbers,
    size_t length,
    size_t const * axes,
    size_t rank);

/** \brief
 *  What went wrong in the last call of this thread that failed: what was expected and what came, with shapes and units;
 *  empty if none failed. It never holds values of inputs or features.
 *
 *  Ownership: the text is the library's, and stays until the next call of this thread that fails; copy it, or use
 *  `tiprdc_last_error_copy`.
 *  Threads: each has a last error of its own.
 */
char const *
tiprdc_last_error (void);

/** \brief
 *  Copies the text of `tiprdc_last_error` into `buffer`, with a NUL behind it.
 *
 *  `length` receives the length of the whole text, without its NUL: a buffer of `length + 1` bytes holds it. A smaller
 *  one gets as much as fits, cut between characters of UTF-8; with `capacity` 0, `buffer` may be NULL.
 *
 *  Ownership: `buffer` is the caller's.
 *  Threads: each has a last error of its own.
 *  Returns `TIPRDC_OK` or `TIPRDC_ERROR_ARGUMENT`.
 */
tiprdc_status_t
tiprdc_last_error_copy (
    char * buffer,
    size_t capacity,
    size_t * length);

/** \brief
 *  Closes options. Encoders that were opened with them stay. NULL, and options that are closed already, are left alone.
 *
 *  Ownership: `options` must not be used afterwards.
 *  Threads: none may be using `options`.
 */
void
tiprdc_options_free (
    tiprdc_options_t * options);

/** \brief
 *  Makes options with the defaults: files of at most 256 MiB, one thread per core for batches, no secret.
 *
 *  Ownership: `*options` becomes the caller's; close it with `tiprdc_options_free`. Written on success only.
 *  Threads: any.
 *  Returns `TIPRDC_OK` or `TIPRDC_ERROR_ARGUMENT`.
 */
tiprdc_status_t
tiprdc_options_new (
    tiprdc_options_t * * options);

/** \brief
 *  The largest encoder file to load, in bytes.
 *
 *  Ownership: `options` stays the caller's.
 *  Threads: any.
 *  Returns `TIPRDC_OK` or `TIPRDC_ERROR_ARGUMENT`.
 */
tiprdc_status_t
tiprdc_options_set_max_bytes (
    tiprdc_options_t * options,
    uint64_t max_bytes);

/** \brief
 *  The most multiplications that a network may need for one record, and so the time it may take.
 *
 *  An encoder that needs more is refused with TIPRDC_ERROR_MODEL_TOO_LARGE before it runs.
 *
 *  Ownership: `options` stays the caller's.
 *  Threads: any.
 *  Returns `TIPRDC_OK` or `TIPRDC_ERROR_ARGUMENT`.
 */
tiprdc_status_t
tiprdc_options_set_max_work (
    tiprdc_options_t * options,
    uint64_t max_work);

/** \brief
 *  Makes the draw of a random release depend on the input and this secret of 32 bytes alone: the same input, the same
 *  draw, however often it is encoded. Without it, encoding an input ten times spends ten times the epsilon.
 *
 *  Make the secret once, from 32 bytes of the system's randomness, and keep it in the device's keystore. It stops the
 *  averaging of identical inputs only; whoever has it can undo the noise of inputs that they can guess. Does nothing for
 *  an exact release.
 *
 *  Ownership: `secret` stays the caller's, and is copied.
 *  Threads: any.
 *  Returns `TIPRDC_OK`, or `TIPRDC_ERROR_ARGUMENT` also if `length` is not 32.
 */
tiprdc_status_t
tiprdc_options_set_memo (
    tiprdc_options_t * options,
    uint8_t const * secret,
    size_t length);

/** \brief
 *  How many threads a batch uses; 0 is one per core.
 *
 *  Ownership: `options` stays the caller's.
 *  Threads: any.
 *  Returns `TIPRDC_OK` or `TIPRDC_ERROR_ARGUMENT`.
 */
tiprdc_status_t
tiprdc_options_set_threads (
    tiprdc_options_t * options,
    size_t threads);

/** \brief
 *  Events of one sensor with several axes: when each came, and what it said. `tiprdc_sensor_events` fills it in.
 *
 *  Ownership: all memory is the caller's, and read during a call only.
 */
typedef struct tiprdc_events {
    /** \brief
     *  Times in seconds, rising, on one clock for all sensors.
     */
    double const * seconds;

    /** \brief
     *  Values, row-major `[count, axes]`: all axes of the first event come first.
     */
    float const * values;

    /** \brief
     *  Number of events.
     */
    size_t count;

    /** \brief
     *  Number of axes.
     */
    size_t axes;

    /** \brief
     *  What every value is multiplied by: another unit, another sign; 1 for none.
     */
    double factor;
} tiprdc_events_t;

/** \brief
 *  Events of one sensor: `count` times in seconds, rising, and `count * axes` values, row-major `[count, axes]`.
 *
 *  All sensors have one clock, wherever it begins. Values have the units and signs of the training data after they
 *  were multiplied by `factor`: acceleration from Android in m/s2, for an encoder trained on Core Motion's in g, has
 *  -1 / 9.80665. 1 leaves them as they are.
 *
 *  Ownership: `seconds` and `values` stay the caller's, and must outlive the use of the result.
 *  Threads: any.
 */
tiprdc_events_t
tiprdc_sensor_events (
    double const * seconds,
    float const * values,
    size_t count,
    size_t axes,
    double factor);

/** \brief
 *  One sentence on what a status means; NULL for a number that is no status.
 *
 *  Ownership: the text is the library's, and stays for as long as the library is loaded.
 *  Threads: any.
 */
char const *
tiprdc_status_meaning (
    int32_t status);

/** \brief
 *  The name of a status, as in every language (`"Ok"`, `"InputShape"`); NULL for a number that is no status.
 *
 *  Ownership: the text is the library's, and stays for as long as the library is loaded.
 *  Threads: any.
 */
char const *
tiprdc_status_name (
    int32_t status);

/** \brief
 *  The substitutes of a substitute release, one for each index; the collector has it, devices do not. Made by
 *  `tiprdc_table_from_bytes`, closed by `tiprdc_table_free`.
 *
 *  Threads: any number may use one at once.
 */
typedef struct tiprdc_table tiprdc_table_t;

/** \brief
 *  SHA-256 of the table's file, in hexadecimal: what manifests and features name it by.
 *
 *  Ownership: `*text` is the table's, and stays until it is closed. Written on success only.
 *  Threads: any.
 *  Returns `TIPRDC_OK` or `TIPRDC_ERROR_ARGUMENT`.
 */
tiprdc_status_t
tiprdc_table_digest (
    tiprdc_table_t const * table,
    char const * * text);

/** \brief
 *  Closes a table. NULL, and a table that is closed already, are left alone.
 *
 *  Ownership: `table`, and all that was read from it, must not be used afterwards. Resolved features stay.
 *  Threads: none may be using `table`.
 */
void
tiprdc_table_free (
    tiprdc_table_t * table);

/** \brief
 *  Reads a substitute table: `length` bytes of safetensors with an F32 tensor `substitutes`.
 *
 *  Ownership: `bytes` stays the caller's. `*table` becomes the caller's; close it with `tiprdc_table_free`. Written on
 *  success only.
 *  Threads: any.
 *  Returns `TIPRDC_OK`, `TIPRDC_ERROR_ARGUMENT` or `TIPRDC_ERROR_TABLE_MALFORMED`.
 */
tiprdc_status_t
tiprdc_table_from_bytes (
    uint8_t const * bytes,
    size_t length,
    tiprdc_table_t * * table);

/** \brief
 *  Puts the substitutes in the place of their indices: from `[records, 1]` to `[records, ...]`.
 *
 *  Ownership: `table` and `features` stay the caller's. `*resolved` becomes the caller's; close it with
 *  `tiprdc_features_free`. Written on success only.
 *  Threads: any.
 *  Returns `TIPRDC_OK`, `TIPRDC_ERROR_ARGUMENT` or `TIPRDC_ERROR_TABLE_MISMATCH`.
 */
tiprdc_status_t
tiprdc_table_resolve (
    tiprdc_table_t const * table,
    tiprdc_features_t const * features,
    tiprdc_features_t * * resolved);

/** \brief
 *  Shape: `[count, ...]`.
 *
 *  Ownership: `*axes` is the table's, and stays until it is closed. Written on success only.
 *  Threads: any.
 *  Returns `TIPRDC_OK` or `TIPRDC_ERROR_ARGUMENT`.
 */
tiprdc_status_t
tiprdc_table_shape (
    tiprdc_table_t const * table,
    size_t const * * axes,
    size_t * rank);

/** \brief
 *  Version of the loaded library, such as `"0.1.0"`.
 *
 *  Ownership: the text is the library's, and stays for as long as the library is loaded.
 *  Threads: any.
 */
char const *
tiprdc_version (void);

/** \brief
 *  Cuts the events of one sensor or several into windows that the encoder takes, at its rate.
 *
 *  Values between two events are interpolated linearly, and nothing is extrapolated. The axes of the first sensor are the
 *  first channels. Windows begin `stride` samples apart; a rest that fills no window is left out. `out` has room for
 *  exactly `tiprdc_windows_count` windows of `channels * steps` numbers; it is what `tiprdc_encode_series_batch` takes.
 *
 *  Ownership: all memory stays the caller's. `out` is written on success only.
 *  Threads: any; the work is done on the calling thread.
 *  Returns `TIPRDC_OK`; TIPRDC_ERROR_INPUT_KIND if the encoder takes no series; TIPRDC_ERROR_INPUT_SHAPE if the sensors
 *  have not as many axes as it has channels, times do not rise, or events lie more than three samples apart: cut the
 *  recording there; TIPRDC_ERROR_INPUT_NOT_FINITE, TIPRDC_ERROR_OUTPUT_SIZE or TIPRDC_ERROR_ARGUMENT.
 */
tiprdc_status_t
tiprdc_windows (
    tiprdc_encoder_t const * encoder,
    tiprdc_events_t const * sensors,
    size_t sensor_count,
    size_t stride,
    float * out,
    size_t out_length);

/** \brief
 *  How many windows `tiprdc_windows` will cut from these events.
 *
 *  Ownership: all memory stays the caller's. `*count` is written on success only.
 *  Threads: any.
 *  Returns `TIPRDC_OK`, or a status as `tiprdc_windows`.
 */
tiprdc_status_t
tiprdc_windows_count (
    tiprdc_encoder_t const * encoder,
    tiprdc_events_t const * sensors,
    size_t sensor_count,
    size_t stride,
    size_t * count);

#ifdef __cplusplus
} /* extern \"C\" */
#endif

#endif /* TIPRDC_H */
