#!/usr/bin/env node
import "./build.mjs";

// The lock file pins SDK versions that run on Node 20: its warning about later ones helps nobody here.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
await import("../dist/main.js");
