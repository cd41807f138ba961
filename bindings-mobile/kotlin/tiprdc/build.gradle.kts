// The JVM jar: the package, the generated code, and the library of the machine that builds it.
plugins {
    kotlin("jvm")
    `java-library`
    `maven-publish`
}

val target = rootProject.layout.projectDirectory.dir(property("tiprdc.target") as String)

kotlin {
    jvmToolchain(17)
    // The oldest Kotlin that may use the package, as kotlin_oldest in tools.sh says.
    coreLibrariesVersion = "2.2.0"
    compilerOptions {
        languageVersion = org.jetbrains.kotlin.gradle.dsl.KotlinVersion.KOTLIN_2_2
        apiVersion = org.jetbrains.kotlin.gradle.dsl.KotlinVersion.KOTLIN_2_2
        // Java 8, as Android 7 has it.
        jvmTarget = org.jetbrains.kotlin.gradle.dsl.JvmTarget.JVM_1_8
        freeCompilerArgs.add("-Xjdk-release=1.8")
    }
    sourceSets["main"].kotlin.srcDir(target.dir("kotlin/generated"))
}

tasks.withType<JavaCompile>().configureEach { options.release = 8 }

// scripts/kotlin.sh leaves the library where JNA looks for it, below a folder named after the platform: linux-x86-64...
sourceSets["main"].resources {
    srcDir(target.dir("kotlin/jar"))
    include("*/libtiprdc_mobile.*")
}

dependencies {
    // Calls native code without a compiler of its own; its types stay inside the package.
    implementation("net.java.dev.jna:jna:5.18.1")
    // For the `...Suspending` functions only: apps that do not call them need not bring it.
    compileOnly("org.jetbrains.kotlinx:kotlinx-coroutines-core:1.10.2")

    testImplementation(kotlin("test-junit"))
    testImplementation("org.jetbrains.kotlinx:kotlinx-coroutines-core:1.10.2")
    testImplementation("com.google.code.gson:gson:2.13.2")
}

tasks.test {
    systemProperty("tiprdc.testdata", rootProject.file("../../testdata").path)
    jvmArgs("-XX:MaxDirectMemorySize=24m")
}

java { withSourcesJar() }

publishing {
    publications.create<MavenPublication>("maven") { from(components["java"]) }
}
