print("glowjar")
