"""The pages' doors of governance."""
