"""Runs the built distribution in real hosts (Node, Chromium) on behalf of the tests."""
