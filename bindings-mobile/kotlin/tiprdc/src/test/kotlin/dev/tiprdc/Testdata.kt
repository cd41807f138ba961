package dev.tiprdc

import com.google.gson.JsonArray
import com.google.gson.JsonElement
import com.google.gson.JsonObject
import com.google.gson.JsonParser
import java.io.File

/** The test data that all languages share: `testdata/` of the project, named by the property `tiprdc.testdata`. */
internal object Testdata {
    val root = File(checkNotNull(System.getProperty("tiprdc.testdata")) { "the property tiprdc.testdata names the folder" })

    /** Every file of vectors, by listing the folder. */
    fun vectors(): List<Vector> = checkNotNull(root.resolve("vectors").listFiles()) { "there is no folder $root/vectors" }
        .filter { it.extension == "json" }
        .sortedBy { it.name }
        .map { Vector(it.name, JsonParser.parseString(it.readText()).asJsonObject) }
        .onEach { check(it.json["format"].asInt == 1) { "${it.name} has another format" } }

    fun vector(kind: String): JsonObject = vectors().single { it.json["kind"].asString == kind }.json

    fun file(path: String): File = root.resolve(path)

    /** An encoder of the vectors with this kind of input, and with an exact release: the same input, the same features. */
    fun encoderFile(inputKind: String): File {
        val vector = vectors().map { it.json }.first {
            it["kind"].asString == "encode" && it["release"].asString == "exact" &&
                it["input"].asJsonObject["kind"].asString == inputKind
        }
        return file(vector["encoder"].asString)
    }

    fun encoder(inputKind: String): Encoder = Encoder.open(encoderFile(inputKind))
}

internal class Vector(val name: String, val json: JsonObject)

internal val JsonElement?.orNull: JsonElement? get() = this?.takeUnless { it.isJsonNull }

internal fun JsonArray.ints(): List<Int> = map { it.asInt }

/** Numbers, with the strings that stand for what JSON has no number for. */
internal fun JsonElement.float(): Float = when (val text = asString) {
    "nan" -> Float.NaN
    "inf" -> Float.POSITIVE_INFINITY
    "-inf" -> Float.NEGATIVE_INFINITY
    else -> text.toDouble().toFloat()
}

internal fun JsonArray.floats(): FloatArray = FloatArray(size()) { this[it].float() }

internal fun hex(text: String): ByteArray = text.chunked(2).map { it.toInt(16).toByte() }.toByteArray()

/** An input of the vectors, as an app would make it. */
internal fun input(json: JsonObject): Input = when (val kind = json["kind"].asString) {
    "series" -> Input.series(json["data"].asJsonArray.floats(), json["channels"].asInt, json["steps"].asInt)
    "tensor" -> Input.tensor(json["data"].asJsonArray.floats(), *json["shape"].asJsonArray.ints().toIntArray())
    "image" -> Input.image(
        json["pixels"].asJsonArray.ints().map(Int::toByte).toByteArray(),
        PixelFormat.valueOf(json["format"].asString.uppercase()),
        json["width"].asInt,
        json["height"].asInt,
    )
    "record" -> Input.record(*json["fields"].asJsonArray.map { field(it.asJsonObject) }.toTypedArray())
    else -> error("unknown kind of input: $kind")
}

private fun field(json: JsonObject): Pair<String, Any?> = json["name"].asString to when {
    json.has("number") -> json["number"].float()
    json.has("text") -> json["text"].asString
    json.has("boolean") -> json["boolean"].asBoolean
    json.has("missing") -> null
    else -> error("a field has neither number, text, boolean nor missing")
}
