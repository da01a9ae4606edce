/// A change of the graph, on its way from the cart to the mixer; nodes are named by their places.
enum AudioCommand {
  case add(AudioProcessor, place: Int, parent: Int)
  case modulate(Int, Modulation)
  case set(Int, parameter: Int, value: Float)
  case reset(Int)
  case resetAll(Int)
  case clear(Int)
}
