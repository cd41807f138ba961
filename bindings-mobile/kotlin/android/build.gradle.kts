// The Android library: the package, its Android part, the generated code, and a library for every ABI.
//
// scripts/build-aar.sh first: it leaves libraries in TARGET/android/jni and generated code in TARGET/android/generated.
plugins {
    id("com.android.library")
    `maven-publish`
}

val target = rootProject.layout.projectDirectory.dir(property("tiprdc.target") as String)

android {
    namespace = "dev.tiprdc"
    compileSdk = 36
    defaultConfig {
        minSdk = 24
        consumerProguardFiles("consumer-rules.pro")
    }
    compileOptions {
        sourceCompatibility = JavaVersion.VERSION_1_8
        targetCompatibility = JavaVersion.VERSION_1_8
    }
    sourceSets["main"].apply {
        kotlin.directories += listOf("../tiprdc/src/main/kotlin", target.dir("android/generated").asFile.path)
        jniLibs.directories += target.dir("android/jni").asFile.path
    }
    publishing { singleVariant("release") { withSourcesJar() } }
}

kotlin {
    // The oldest Kotlin that may use the package, as kotlin_oldest in tools.sh says.
    coreLibrariesVersion = "2.2.0"
    compilerOptions {
        languageVersion = org.jetbrains.kotlin.gradle.dsl.KotlinVersion.KOTLIN_2_2
        apiVersion = org.jetbrains.kotlin.gradle.dsl.KotlinVersion.KOTLIN_2_2
    }
}

dependencies {
    // The .aar brings JNA's own library for every ABI; from 5.17 on it is laid out for pages of 16 KiB.
    implementation("net.java.dev.jna:jna:5.18.1@aar")
    compileOnly("org.jetbrains.kotlinx:kotlinx-coroutines-core:1.10.2")
}

publishing {
    publications.register<MavenPublication>("release") {
        artifactId = "tiprdc-android"
        afterEvaluate { from(components["release"]) }
    }
}
