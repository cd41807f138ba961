// Two artifacts from one source: `tiprdc` for the JVM, `tiprdc-android` for apps. Native libraries and generated code are made
// before Gradle runs: scripts/kotlin.sh for the JVM, scripts/build-aar.sh for Android.
pluginManagement {
    repositories {
        google()
        mavenCentral()
        gradlePluginPortal()
    }
    plugins {
        kotlin("jvm") version "2.4.20"
        id("com.android.library") version "9.0.0"
    }
}

dependencyResolutionManagement {
    repositories {
        google()
        mavenCentral()
    }
}

rootProject.name = "tiprdc"
include(":tiprdc")
// The Android plugin needs an SDK; without one, the JVM jar builds all the same.
if (System.getenv("ANDROID_HOME") != null) include(":android")
