#!/usr/bin/env node
import "./build.mjs";

// The lock file pins SDK versions that run on Node 20: its warning about later ones helps nobody here.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
// Node 20 is what we support: the SDK's word about next year's versions is for developers, not for who reads our output.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
await import("../dist/main.js");
