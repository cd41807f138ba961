package dev.tiprdc

import com.google.gson.JsonObject
import org.junit.Test
import org.junit.runner.RunWith
import org.junit.runners.Parameterized
import kotlin.math.abs
import kotlin.math.roundToLong
import kotlin.test.assertContentEquals
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertTrue

/** All vectors that all languages share: one test for each case of each file; an unknown kind of file is a failure. */
@RunWith(Parameterized::class)
internal class VectorsTest(private val name: String, private val case: () -> Unit) {
    @Test
    fun agrees() {
        try {
            case()
        } catch (error: TiprdcException) {
            throw AssertionError("$name: ${error.kind} (${error.code}): ${error.message}", error)
        }
    }

    companion object {
        @JvmStatic
        @Parameterized.Parameters(name = "{0}")
        fun cases(): List<Array<Any>> = Testdata.vectors().flatMap { vector ->
            val cases = casesOf(vector)
            check(cases.isNotEmpty()) { "${vector.name} has no cases" }
            cases.map { (name, case) -> arrayOf("${vector.name}: $name", case) }
        }.also { println("vectors: ${it.size} cases of ${Testdata.vectors().size} files") }
    }
}

private typealias Case = Pair<String, () -> Unit>

private fun casesOf(vector: Vector): List<Case> = when (val kind = vector.json["kind"].asString) {
    "errors" -> listOf("the table" to { checkErrors(vector.json) })
    "encode" -> encodeCases(vector.json)
    "load" -> named(vector.json, ::checkLoad)
    "features" -> named(vector.json, ::checkFeatures)
    "resolve" -> named(vector.json, ::checkResolve)
    "windows" -> named(vector.json) { checkWindows(vector.json, it) }
    else -> listOf("unknown" to { throw AssertionError("no test knows the kind $kind") })
}

private fun named(json: JsonObject, check: (JsonObject) -> Unit): List<Case> =
    json["cases"].asJsonArray.map { it.asJsonObject }.map { it["name"].asString to { check(it) } }

private fun checkErrors(json: JsonObject) {
    val expected = json["kinds"].asJsonArray.map { it.asJsonObject }
        .map { Triple(it["code"].asInt, it["name"].asString, it["meaning"].asString) }
    val found = ErrorKind.entries.map { Triple(it.code, name(it), it.meaning) }
    assertEquals(expected.toSet(), found.toSet(), "kinds that are missing, extra, or say something else")
    assertEquals(expected.size, found.size)
    for (kind in ErrorKind.entries) {
        val exception = TiprdcException.of(kind.code, "a message")
        assertEquals(kind, exception.kind)
        assertEquals(name(kind), exception::class.simpleName)
        assertEquals("a message", exception.message)
    }
}

/** `INPUT_SHAPE` -> `InputShape`. */
private fun name(kind: ErrorKind): String =
    kind.name.split('_').joinToString("") { it.lowercase().replaceFirstChar(Char::uppercase) }

/** Runs `call`; it must give this kind of error. */
private fun assertKind(code: Int, call: () -> Unit) {
    val error = assertFailsWith<TiprdcException> { call() }
    assertEquals(code, error.code, "${error.kind}: ${error.message}")
}

private fun encodeCases(json: JsonObject): List<Case> {
    val memo = json["memo"].orNull?.asString?.let(::hex)
    val encoder by lazy { Encoder.open(Testdata.file(json["encoder"].asString), EncoderOptions(memo = memo)) }
    val about: Case = "info" to { checkInfo(json, encoder.info) }
    return named(json) { checkEncode(json, it, encoder) } + about
}

private fun checkInfo(json: JsonObject, info: EncoderInfo) {
    assertEquals(json["name"].asString, info.name)
    assertEquals(json["version"].asString, info.version)
    assertEquals(json["digest"].asString, info.digest)
    assertEquals(json["input"].asJsonObject["kind"].asString, info.inputKind)
    assertEquals(json["input"].asJsonObject["shape"].asJsonArray.ints(), info.inputShape)
    assertEquals(json["output_shape"].asJsonArray.ints(), info.outputShape)
    assertEquals(json["release"].asString, info.release)
    assertEquals(json["dtype"].asString, info.dtype)
    assertEquals(json["epsilon"].orNull?.asDouble, info.epsilon)
    assertEquals(json["delta"].orNull?.asDouble, info.delta)
    val manifest = com.google.gson.JsonParser.parseString(info.manifest).asJsonObject
    assertEquals(info.name, manifest["name"].asString)
    assertEquals(manifest["method"].asJsonObject["private"].asJsonArray.map { it.asString }, info.privateAttributes)
}

private fun checkEncode(json: JsonObject, case: JsonObject, encoder: Encoder) {
    val encode = {
        val batch = case["batch"].orNull?.asJsonArray
        if (batch == null) {
            encoder.encode(input(case["input"].asJsonObject))
        } else {
            encoder.encodeBatch(batch.map { input(it.asJsonObject) }, case["threads"].orNull?.asInt)
        }
    }
    case["error"].orNull?.let { return assertKind(it.asInt) { encode() } }
    val found = encode()
    val expected = case["features"].asJsonObject
    checkNumbers(expected, found, json["tolerance"].asFloat)
    assertEquals(json["digest"].asString, found.encoder)
    assertEquals(json["release"].asString, found.release)
    assertEquals(json["dtype"].asString, found.dtype)
    assertEquals(expected["indices"].orNull?.asJsonArray?.ints(), found.indices)
    assertEquals(expected["table"].orNull?.asString, found.table)
}

/** Shape and numbers are the expected ones. */
private fun checkNumbers(expected: JsonObject, found: Features, tolerance: Float) {
    assertEquals(expected["shape"].asJsonArray.ints(), found.shape)
    assertEquals(found.shape[0], found.rows)
    val numbers = expected["data"].asJsonArray.floats()
    val values = found.toFloatArray()
    assertEquals(numbers.size, values.size)
    for ((index, number) in numbers.withIndex()) {
        val same = number == values[index] || number.isNaN() && values[index].isNaN()
        assertTrue(same || abs(number - values[index]) <= tolerance, "feature $index: $number, found ${values[index]}")
    }
}

private fun checkWindows(json: JsonObject, case: JsonObject) {
    val encoder = Encoder.open(Testdata.file(json["encoder"].asString))
    val sensors = case["sensors"].asJsonArray.map { it.asJsonObject }.map { sensor ->
        val nanoseconds = sensor["seconds"].asJsonArray.map { (it.asDouble * 1e9).roundToLong() }
        SensorEvents(nanoseconds.toLongArray(), sensor["values"].asJsonArray.floats(), sensor["axes"].asInt, sensor["factor"].asDouble)
    }
    val cut = { encoder.windows(sensors, case["stride"].asInt) }
    case["error"].orNull?.let { return assertKind(it.asInt) { cut() } }
    val expected = case["windows"].asJsonObject
    val found = cut().map { (it as Input.Series).data }
    assertEquals(expected["shape"].asJsonArray.ints()[0], found.size)
    val numbers = expected["data"].asJsonArray.floats()
    val values = found.flatMap { it.toList() }
    assertEquals(numbers.size, values.size)
    for ((index, number) in numbers.withIndex()) {
        assertTrue(abs(number - values[index]) <= json["tolerance"].asFloat, "number $index: $number, found ${values[index]}")
    }
}

private fun checkLoad(case: JsonObject) {
    val file = Testdata.file(case["file"].asString)
    val options = EncoderOptions(maxBytes = case["max_bytes"].orNull?.asLong, maxWork = case["max_work"].orNull?.asLong)
    val open: List<() -> Encoder> =
        listOf({ Encoder.open(file, options) }) + if (file.exists()) listOf({ Encoder.fromBytes(file.readBytes(), options) }) else listOf()
    for (load in open) {
        val error = case["error"].orNull
        if (error == null) load().close() else assertKind(error.asInt) { load() }
    }
}

private fun checkFeatures(case: JsonObject) {
    val bytes = Testdata.file(case["file"].asString).readBytes()
    case["error"].orNull?.let { return assertKind(it.asInt) { Features.fromBytes(bytes) } }
    val first = Features.fromBytes(bytes)
    for (features in listOf(first, Features.fromBytes(first.toBytes()))) {
        checkNumbers(case, features, 0f)
        assertEquals(case["encoder"].asString, features.encoder)
        assertEquals(case["release"].asString, features.release)
        assertEquals(case["dtype"].asString, features.dtype)
        assertEquals(case["indices"].orNull?.asJsonArray?.ints(), features.indices)
        assertEquals(case["table"].orNull?.asString, features.table)
    }
    assertContentEquals(first.toBytes(), ByteArray(first.asByteBuffer().remaining()).also { first.asByteBuffer().get(it) })
}

private fun checkResolve(case: JsonObject) {
    val resolve = {
        val features = Features.fromBytes(Testdata.file(case["features"].asString).readBytes())
        SubstituteTable.fromBytes(Testdata.file(case["table"].asString).readBytes()).use { table ->
            // A table that is read belongs to these features by its digest, or resolving says otherwise.
            table.resolve(features).also { assertEquals(features.table, table.digest) }
        }
    }
    case["error"].orNull?.let { return assertKind(it.asInt) { resolve() } }
    checkNumbers(case["resolved"].asJsonObject, resolve(), 0f)
}
