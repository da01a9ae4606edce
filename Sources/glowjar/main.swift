import Commands

Glowjar.start()
