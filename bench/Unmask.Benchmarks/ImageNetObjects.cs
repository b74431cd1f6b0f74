using Unmask.Imaging;

namespace Unmask.Benchmarks;

/// <summary>Which ImageNet classes name a COCO category: written by hand, index ranges of the standard order.</summary>
internal static class ImageNetObjects
{
    private static readonly Dictionary<string, (int First, int Last)[]> Classes = new(StringComparer.Ordinal)
    {
        ["dog"] = [(151, 268)],
        ["cat"] = [(281, 285)],
        ["bird"] = [(7, 24), (80, 100), (127, 146)],
        ["elephant"] = [(385, 386)],
        ["bear"] = [(294, 297)],
        ["zebra"] = [(340, 340)],
        ["horse"] = [(339, 339)],
        ["cow"] = [(345, 346)],
        ["sheep"] = [(348, 349)],
        ["airplane"] = [(404, 404), (895, 895)],
        ["bus"] = [(654, 654), (779, 779), (874, 874)],
        ["truck"] = [(555, 555), (569, 569), (717, 717), (864, 864), (867, 867), (675, 675)],
        ["train"] = [(466, 466), (547, 547), (820, 820), (829, 829)],
        ["bicycle"] = [(444, 444), (671, 671)],
        ["motorcycle"] = [(665, 665), (670, 670)],
        ["car"] = [(407, 407), (436, 436), (468, 468), (511, 511), (609, 609), (627, 627), (656, 656), (751, 751), (817, 817)],
        ["boat"] = [(472, 472), (484, 484), (554, 554), (576, 576), (625, 625), (780, 780), (814, 814), (871, 871), (914, 914)],
        ["banana"] = [(954, 954)],
        ["orange"] = [(950, 950)],
        ["apple"] = [(948, 948)],
        ["pizza"] = [(963, 963)],
        ["hot dog"] = [(934, 934)],
        ["broccoli"] = [(937, 937)],
        ["laptop"] = [(620, 620), (681, 681)],
        ["tv"] = [(664, 664), (851, 851), (782, 782)],
        ["keyboard"] = [(508, 508)],
        ["mouse"] = [(673, 673)],
        ["cell phone"] = [(487, 487)],
        ["microwave"] = [(651, 651)],
        ["toaster"] = [(859, 859)],
        ["refrigerator"] = [(760, 760)],
        ["clock"] = [(409, 409), (892, 892)],
        ["vase"] = [(883, 883)],
        ["couch"] = [(831, 831)],
        ["chair"] = [(423, 423), (559, 559), (765, 765)],
        ["dining table"] = [(532, 532)],
        ["toilet"] = [(861, 861)],
        ["sports ball"] = [(722, 722), (805, 805), (852, 852)],
        ["tennis racket"] = [(752, 752)],
        ["umbrella"] = [(879, 879)],
        ["backpack"] = [(414, 414)],
        ["tie"] = [(906, 906)],
        ["bottle"] = [(440, 440), (898, 898), (907, 907)],
        ["wine glass"] = [(966, 966)],
        ["cup"] = [(504, 504), (968, 968)],
        ["traffic light"] = [(920, 920)],
        ["stop sign"] = [(919, 919)],
        ["parking meter"] = [(704, 704)],
        ["bench"] = [(703, 703)],
        ["teddy bear"] = [(850, 850)],
        ["skis"] = [(795, 795)],
    };

    /// <summary>The category on the photo that the model recognises best, and the class by which it does; class −1 when no category has a class.</summary>
    public static (int Category, int Class) BestOf(Image mask, Dictionary<int, string> names, Prediction prediction)
    {
        var present = new HashSet<int>();
        for (int i = 0; i < mask.Pixels.Length; i += 3)
        {
            present.Add(mask.Pixels[i]);
        }

        (int Category, int Class) best = (0, -1);
        foreach (int category in present.Order())
        {
            foreach (var (first, last) in Classes.GetValueOrDefault(names.GetValueOrDefault(category, ""), []))
            {
                for (int index = first; index <= last; index++)
                {
                    if (best.Class < 0 || prediction.Probability(index) > prediction.Probability(best.Class))
                    {
                        best = (category, index);
                    }
                }
            }
        }

        return best;
    }
}
