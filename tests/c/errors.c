/* errors.json: this language has all kinds, no more and no fewer. */
#include "check.h"
#include "suite.h"
#include "vector.h"

static const struct {
    tiprdc_status_t status;
    const char *name;
} kinds[] = {
    {TIPRDC_ERROR_FILE_UNREADABLE, "FileUnreadable"},
    {TIPRDC_ERROR_MODEL_TOO_LARGE, "ModelTooLarge"},
    {TIPRDC_ERROR_MODEL_MALFORMED, "ModelMalformed"},
    {TIPRDC_ERROR_OPERATOR_NOT_ALLOWED, "OperatorNotAllowed"},
    {TIPRDC_ERROR_MANIFEST_MISSING, "ManifestMissing"},
    {TIPRDC_ERROR_MANIFEST_INVALID, "ManifestInvalid"},
    {TIPRDC_ERROR_MANIFEST_UNSUPPORTED, "ManifestUnsupported"},
    {TIPRDC_ERROR_MANIFEST_MISMATCH, "ManifestMismatch"},
    {TIPRDC_ERROR_INPUT_KIND, "InputKind"},
    {TIPRDC_ERROR_INPUT_SHAPE, "InputShape"},
    {TIPRDC_ERROR_INPUT_NOT_FINITE, "InputNotFinite"},
    {TIPRDC_ERROR_INPUT_FIELD, "InputField"},
    {TIPRDC_ERROR_OUTPUT_SIZE, "OutputSize"},
    {TIPRDC_ERROR_ARGUMENT, "Argument"},
    {TIPRDC_ERROR_FEATURES_MALFORMED, "FeaturesMalformed"},
    {TIPRDC_ERROR_FEATURES_NOT_FINITE, "FeaturesNotFinite"},
    {TIPRDC_ERROR_TABLE_MALFORMED, "TableMalformed"},
    {TIPRDC_ERROR_TABLE_MISMATCH, "TableMismatch"},
    {TIPRDC_ERROR_INTERNAL, "Internal"},
    {TIPRDC_ERROR_RANDOMNESS_UNAVAILABLE, "RandomnessUnavailable"},
};
static const size_t kind_count = sizeof kinds / sizeof kinds[0];

static const char *name_here(tiprdc_status_t status) {
    for (size_t index = 0; index < kind_count; index++) {
        if (kinds[index].status == status) {
            return kinds[index].name;
        }
    }
    return NULL;
}

void run_errors(const char *file, const cJSON *vectors) {
    const cJSON *list = member(vectors, "kinds");
    checking(file, "number of kinds");
    CHECK((size_t)cJSON_GetArraySize(list) == kind_count);
    const cJSON *kind;
    cJSON_ArrayForEach(kind, list) {
        const char *name = text_or_null(kind, "name");
        tiprdc_status_t status = (tiprdc_status_t)member(kind, "code")->valueint;
        checking(file, name);
        count_case();
        CHECK_TEXT(name_here(status), name);
        CHECK_TEXT(tiprdc_status_name(status), name);
        CHECK_TEXT(tiprdc_status_meaning(status), text_or_null(kind, "meaning"));
    }
    checking(file, "numbers that are no kind");
    CHECK_TEXT(tiprdc_status_name(TIPRDC_OK), "Ok");
    CHECK(tiprdc_status_name(1) == NULL && tiprdc_status_meaning(-1) == NULL);
}
